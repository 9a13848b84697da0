import { args, type Args, type Methods } from './args.ts';
import { Refusal } from './limits.ts';
import { findMessage, mark, type Message, type State } from './state.ts';

/** Errors as the pages of the methods list them. https://docs.slack.dev/reference/methods/pins.add and pins.remove */
export function pinMethods(state: State): Methods {
  function meant(given: Args): Message {
    const id = args.text(given, 'channel');
    const channel = state.options.channels.find((one) => one.id === id && !one.withoutBot);
    if (!channel) throw new Refusal('channel_not_found');
    if (given['timestamp'] === undefined) throw new Refusal('no_item_specified');
    const message = findMessage(state, id, args.text(given, 'timestamp'));
    if (!message || message.visible_to !== undefined) throw new Refusal('message_not_found');
    return message;
  }
  return {
    'pins.add': (given) => {
      const message = meant(given);
      if (message.pinned_to?.length) throw new Refusal('already_pinned');
      mark(state, message, { pinned_to: [message.channel] });
      return {};
    },
    'pins.remove': (given) => {
      const message = meant(given);
      if (!message.pinned_to?.length) throw new Refusal('not_pinned');
      mark(state, message, { pinned_to: [] });
      return {};
    },
  };
}
