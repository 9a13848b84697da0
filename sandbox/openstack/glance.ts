import { known, page, reply, type Service } from './http.ts';
import { type Image, type Store, where } from './store.ts';

/** Images, to read. Its errors are web pages, for JSON requests too. */
export function glance({ images }: Store): Service {
  const view = (image: Image) => ({ ...image, visibility: 'public', min_disk: 0, min_ram: 0 });
  return {
    name: 'glance',
    version: 'v2.15',
    errorBody: ({ status, message }) =>
      `<html>\n <head>\n  <title>${status}</title>\n </head>\n <body>\n  <h1>${status}</h1>\n  ` +
      `${message.replaceAll("'", '&#x27;')}<br /><br />\n\n\n </body>\n</html>`,
    routes: {
      'GET /images': (call) => {
        const name = call.query.get('name');
        return page(call, 'images', where(images, (image) => name === null || image.name === name).map(view));
      },
      'GET /images/{id}': ({ params }) => reply(view(known(images, 'Image', params['id']))),
    },
  };
}
