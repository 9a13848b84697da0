import { judge, type Right } from '#domain/access.ts';
import { code, escapeName, mention } from '#domain/mrkdwn.ts';
import { words as say } from '#words/commands.ts';
import type { CommandSpec } from './spec.ts';

const RIGHTS: readonly Right[] = ['view', 'operate', 'approve', 'breakGlass'];

export const whoami: CommandSpec = {
  name: 'whoami',
  aliases: [],
  parameters: '',
  summary: say.whoami,
  async answer({ request, deps }) {
    const { caller } = request;
    const lines = deps.stack.environments.flatMap((environment) => {
      const rights = RIGHTS.filter((right) => judge(environment, right, caller).allowed);
      if (rights.length === 0) return [];
      return [
        `• ${say.rightsOn(
          escapeName(environment.name),
          rights.map((right) => say.rightNames[right]),
        )}`,
      ];
    });
    const groups = request.groupsUnknown ? say.groupsUnknown : say.groups(caller.groups.map(mention));
    const rights = lines.length === 0 ? [say.noRights] : lines;
    const person = say.youAre(escapeName(caller.person.name), code(caller.person.id));
    return { kind: 'text', text: [person, groups, ...rights].join('\n') };
  },
};
