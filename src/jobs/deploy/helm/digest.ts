/**
 * Python: `digest(top)`, one hash over a file, or over names and contents of all files below a folder; what Python and
 * git keep for themselves is left out.
 */
export const DIGEST = `
import hashlib, os

def digest(top):
    if os.path.isfile(top):
        with open(top, 'rb') as file: return hashlib.sha256(file.read()).hexdigest()
    if not os.path.isdir(top): raise OSError('no such file or folder: ' + top)
    whole = hashlib.sha256()
    for folder, folders, files in os.walk(top):
        folders[:] = sorted(each for each in folders if each not in ('.git', '__pycache__'))
        for name in sorted(files):
            path = os.path.join(folder, name)
            if name.endswith('.pyc') or not os.path.isfile(path): continue
            with open(path, 'rb') as file:
                whole.update(os.path.relpath(path, top).encode() + b'\\0' + hashlib.sha256(file.read()).digest())
    return whole.hexdigest()
`;
