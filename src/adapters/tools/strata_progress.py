"""
Ansible's progress for Strata: a JSON object a line, added to the file that STRATA_PROGRESS names. Adds to the output of
Ansible and changes nothing of it; whatever goes wrong here leaves the playbook alone.

https://docs.ansible.com/ansible/latest/dev_guide/developing_plugins.html#callback-plugins
"""
from __future__ import annotations

import json
import os
from json.encoder import encode_basestring_ascii

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = '''
    name: strata_progress
    type: notification
    short_description: progress as JSON lines
    description: Writes where a playbook is to the file that STRATA_PROGRESS names.
    requirements:
      - enabled by ANSIBLE_CALLBACKS_ENABLED
'''

MOST = 2000


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = 'notification'
    CALLBACK_NAME = 'strata_progress'
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self):
        super().__init__()
        try:
            self.file = os.open(os.environ['STRATA_PROGRESS'], os.O_WRONLY | os.O_APPEND)
        except (KeyError, OSError):
            self.disabled = True

    def say(self, event, **facts):
        self.add(json.dumps(dict(event=event, **facts)))

    def add(self, text):
        line = text.encode() + b'\n'
        try:
            while line:
                line = line[os.write(self.file, line) :]
        except OSError:
            self.disabled = True

    def v2_playbook_on_start(self, playbook):
        self.say('playbook', plays=len(playbook.get_plays()))

    def v2_playbook_on_play_start(self, play):
        self.say('play', name=play.get_name())

    def v2_playbook_on_task_start(self, task, is_conditional):
        self.begin(task)

    def v2_playbook_on_handler_task_start(self, task):
        self.begin(task)

    def begin(self, task):
        # The most frequent by far: the playbook waits for it, and half as long as for all that json.dumps does.
        self.add('{"event": "task", "name": %s}' % encode_basestring_ascii(task.get_name()))

    def v2_runner_retry(self, result):
        found = part(result, 'result')
        self.say('retry', host=host_of(result), left=found.get('retries', 0) - found.get('attempts', 0))

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self.fail('failed', result, bool(ignore_errors))

    def v2_runner_on_unreachable(self, result):
        self.fail('unreachable', result, bool(getattr(part(result, 'task'), 'ignore_unreachable', False)))

    def fail(self, kind, result, ignored):
        self.say(
            'failure',
            kind=kind,
            host=host_of(result),
            task=part(result, 'task').get_name(),
            message=message_of(part(result, 'result')),
            ignored=ignored,
        )

    def v2_playbook_on_stats(self, stats):
        for host in sorted(stats.processed):
            found = stats.summarize(host)
            self.say('recap', host=host, **{**found, 'failed': found['failures']})


def part(result, name):
    """Newer Ansible says `result.host`, older `result._host`."""
    return getattr(result, name, None) or getattr(result, '_' + name)


def host_of(result):
    return part(result, 'host').get_name()


def message_of(found):
    """What the module said, of a loop the first item that failed; what is censored (no_log) stays so."""
    if 'censored' in found:
        return 'hidden, as the task has no_log'
    items = [item for item in found.get('results', []) if isinstance(item, dict) and (item.get('failed') or item.get('unreachable'))]
    if items:
        return message_of(items[0])
    said = [str(found.get(name) or '').strip() for name in ('msg', 'module_stderr', 'stderr', 'stdout')]
    said = [text for text in said if text]
    if not said:
        return ''
    # These alone explain nothing.
    is_empty = said[0].startswith(('non-zero return code', 'MODULE FAILURE'))
    return ': '.join(said[: 2 if is_empty else 1])[:MOST]
