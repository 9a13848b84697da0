import { known, page, reply, type Routes } from './http.ts';
import { type Store, where } from './store.ts';

/** Images, to read. */
export function glance({ images }: Store): Routes {
  return {
    'GET /images': (call) => {
      const name = call.query.get('name');
      return page(
        call,
        'images',
        where(images, (image) => (name ?? image.name) === image.name),
      );
    },
    'GET /images/{id}': ({ id }) => reply(known(images, 'Image', id)),
  };
}
