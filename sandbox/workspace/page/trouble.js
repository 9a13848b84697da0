/** What Slack can be made to do wrong: switches that stay, and buttons for the next command or click. `send(path, body)`. */
export function onTrouble(send) {
  for (const box of document.querySelectorAll('[data-fault]')) {
    box.addEventListener('change', () => send('/_faults', { [box.dataset.fault]: valueOf(box) }));
  }
  for (const button of document.querySelectorAll('[data-once]'))
    button.addEventListener('click', async () => {
      await (button.dataset.once === 'disconnect'
        ? send('/_disconnect', { how: 'drop' })
        : send('/_faults', { [button.dataset.once]: 1 }));
      document.getElementById('made').textContent = `${button.textContent}: done.`;
    });
}

/** Shows what is wrong now, also after the page was loaded again. */
export function drawTrouble(faults) {
  for (const box of document.querySelectorAll('[data-fault]')) box.checked = Boolean(faults[box.dataset.fault]);
}

const valueOf = ({ checked, dataset, value }) => (dataset.fault === 'slowMs' ? Number(checked && value) : checked);
