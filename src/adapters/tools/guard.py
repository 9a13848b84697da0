"""
Runs one program for a worker that may be elsewhere, and never lets it outlive the worker.

Sent as `python3 -IS -c SOURCE`, so that nothing need be installed where the program runs. Standard output is the
program's own, byte by byte; standard error carries events, a JSON object a line; standard input brings first the call,
as the answer to ping 0, then answers to pings, and `stop`.

A ping is answered by its number. The worker is known to have lived when the last answered ping was *sent*: so neither a
buffer nor a slow network can make a dead worker look alive. When that is `silenceMs` ago, or the input ends, every
process of the call is killed at once.

Python 3.8 or newer, its standard library, Linux.
"""
import ctypes
import errno
import glob
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time

MARK = 'STRATA_TOOL'
CHUNK = 65536
PING_S = 1
TICK_MS = 200
# Whoever writes to a pipe wakes its reader, and pays for that. So one that writes little is read in pieces, not line by line.
REST_S = 0.05
LITTLE = CHUNK // 2
FIRST_ANSWER_S = 60
# How long what was killed may take to be gone, and what it wrote to be read.
LEAVE_S = 10
DRAIN_S = 2
PR_SET_PDEATHSIG = 1


class Gone(Exception):
    """The worker: stopped it, fell silent or hung up."""


class Refused(Exception):
    """The program cannot be started: which part of the call is at fault, and what it is."""


class Guard:
    def __init__(self):
        self.output, self.events, self.heard = bytearray(), bytearray(), bytearray()
        self.lines, self.sent, self.pings = [], {}, 0
        self.alive_at = self.pinged_at = time.monotonic()
        self.silence_s, self.ping_s = FIRST_ANSWER_S, PING_S
        self.stop_at = self.child = self.folder = self.mark = self.pipe = self.progress = None
        self.rest_until = 0
        self.said = bytearray()
        self.cause = None
        self.libc = ctypes.CDLL(None)
        self.wake, waker = os.pipe()
        for fd in (0, 1, 2, self.wake, waker):
            os.set_blocking(fd, False)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, self.told)

    def told(self, *_):
        self.cause = self.cause or 'told'

    def tell(self, event, **facts):
        self.events += json.dumps(dict(guard=event, **facts)).encode() + b'\n'

    def turn(self, reads=(), wait_ms=TICK_MS):
        """One round of reading and writing, which waits at most so long for something to do. Raises Gone."""
        now = time.monotonic()
        if now - self.pinged_at >= self.ping_s or self.pings == 0:
            self.sent[self.pings] = self.pinged_at = now
            self.tell('ping', n=self.pings)
            self.pings += 1
        poll = select.poll()
        poll.register(self.wake, select.POLLIN)
        poll.register(0, select.POLLIN)
        if self.output:
            poll.register(1, select.POLLOUT)
        if self.events:
            poll.register(2, select.POLLOUT)
        for fd in reads:
            poll.register(fd, select.POLLIN)
        ready = dict(poll.poll(wait_ms))
        if self.wake in ready:
            read(self.wake)
        if 0 in ready:
            self.listen()
        if 1 in ready:
            write(1, self.output)
        if 2 in ready:
            write(2, self.events)
        if time.monotonic() - self.alive_at > self.silence_s:
            self.cause = 'silence'
        if self.cause:
            raise Gone()
        return ready

    def listen(self):
        data = read(0)
        if data == b'':
            self.cause = 'hangup'
        self.heard += data or b''
        *lines, rest = self.heard.split(b'\n')
        self.heard = bytearray(rest)
        for line in lines:
            if line == b'stop':
                self.stop_at = self.stop_at or time.monotonic()
            elif line.isdigit():
                self.answered(int(line))
            else:
                self.lines.append(bytes(line))

    def answered(self, n):
        if n in self.sent:
            self.alive_at = self.sent[n]
            self.sent = {k: at for k, at in self.sent.items() if k > n}

    def call(self):
        while not self.lines:
            self.turn()
            self.heed_stop()
        call = json.loads(self.lines.pop(0))
        self.answered(0)
        self.mark, self.silence_s = call['mark'], call['silenceMs'] / 1000
        self.ping_s = min(PING_S, self.silence_s / 4)
        return call

    def heed_stop(self):
        """Before the program was started, a stop ends it all."""
        if self.stop_at:
            self.cause = 'stop'
            raise Gone()

    def sweep(self):
        """Kills what a dead worker left and waits until it is gone; removes its folders."""
        left, until = marked(self.mark), time.monotonic() + LEAVE_S
        if left:
            self.tell('swept', pids=left)
        while left:
            kill(left)
            if time.monotonic() > until:
                raise Refused('left', ' '.join(map(str, left)))
            self.turn()
            self.heed_stop()
            left = marked(self.mark)
        for folder in glob.glob(os.path.join(glob.escape(tempfile.gettempdir()), prefix(self.mark) + '*')):
            if os.lstat(folder).st_uid == os.geteuid():
                shutil.rmtree(folder, ignore_errors=True)

    def lay(self, call):
        """The fresh folder with the files and links of the call."""
        try:
            self.folder = tempfile.mkdtemp(prefix=prefix(self.mark))
            for name, text in call['files'].items():
                with open(self.place(name), 'w', encoding='utf-8', opener=private) as file:
                    file.write(text)
            for name, target in call['links'].items():
                os.symlink(target, self.place(name))
            if call['progress']:
                self.progress = os.open(self.place(call['progress']), os.O_RDONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise Refused('folder', str(error))

    def place(self, name):
        path = os.path.normpath(os.path.join(self.folder, name))
        if not path.startswith(self.folder + os.sep):
            raise Refused('folder', 'outside of it: ' + name)
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        return path

    def start(self, call):
        def named(text):
            return text.replace('{folder}', self.folder)

        # The worker's own variables stayed behind: these are the ones of this place, and what the layer's command set.
        environment = dict(os.environ)
        # Whatever the language of this place: Ansible begins in UTF-8 only, in a locale that is installed.
        environment['LC_ALL'] = 'C.UTF-8'
        environment.update({name: named(value) for name, value in call['env'].items()})
        environment[MARK] = self.mark
        cwd = named(call['cwd'] or self.folder)
        if not os.path.isdir(cwd):
            raise Refused('cwd', cwd)
        # What was read before may be old by now.
        self.turn(wait_ms=0)
        self.heed_stop()
        argv = [named(word) for word in call['argv']]
        try:
            self.child = subprocess.Popen(
                argv,
                cwd=cwd,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=self.die_with_guard,
            )
        except OSError as error:
            raise Refused('tool', argv[0] if error.errno == errno.ENOENT else '%s: %s' % (argv[0], error.strerror))
        self.pipe = self.child.stdout.fileno()
        os.set_blocking(self.pipe, False)
        self.tell('started')

    def die_with_guard(self):
        """Even if this guard is killed the hard way."""
        self.libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)

    def carry(self, grace_s):
        told = False
        while self.child.poll() is None:
            if self.stop_at and not told:
                told = True
                kill_group(self.child.pid, signal.SIGTERM)
            if self.stop_at and time.monotonic() - self.stop_at > grace_s:
                self.kill_all()
            self.pump()
        self.kill_all()
        until = time.monotonic() + DRAIN_S
        while self.pipe is not None and (self.output or time.monotonic() < until):
            self.pump()
        while self.forward():
            self.turn()
        while self.output:
            self.turn()

    def pump(self):
        """One turn, with what the program writes: only as fast as the worker takes it."""
        rest_s = 0 if self.child.returncode is not None else max(0, self.rest_until - time.monotonic())
        reads = [] if self.output or self.pipe is None or rest_s else [self.pipe]
        ready = self.turn(reads, min(TICK_MS, int(rest_s * 1000) + 1) if rest_s else TICK_MS)
        if self.pipe in ready and self.pipe in reads:
            data = read(self.pipe)
            self.output += data or b''
            if data == b'':
                self.pipe = None
            elif len(data or b'') < LITTLE:
                self.rest_until = time.monotonic() + REST_S
        if len(self.events) < CHUNK:
            self.forward()

    def forward(self):
        """What was added to the progress. It is a file, so whoever writes there wakes nobody and waits for nobody."""
        data = b'' if self.progress is None else read(self.progress)
        self.said += data
        *lines, rest = self.said.split(b'\n')
        # No line is that long: what has no end is dropped.
        self.said = bytearray(rest[:CHUNK])
        for line in lines:
            self.tell('said', line=line.decode('utf-8', 'replace'))
        return data

    def kill_all(self):
        """Every process of this call: its group, and what left the group but still has the mark."""
        if self.child:
            kill_group(self.child.pid, signal.SIGKILL)
        if self.mark:
            kill(marked(self.mark))

    def leave(self):
        """Nothing stays behind."""
        until = time.monotonic() + LEAVE_S
        self.kill_all()
        if self.child:
            self.child.wait()
        while self.mark and marked(self.mark) and time.monotonic() < until:
            self.kill_all()
            time.sleep(0.02)
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def run(self):
        try:
            call = self.call()
            self.sweep()
            self.lay(call)
            self.start(call)
            self.carry(call['graceMs'] / 1000)
            code = self.child.returncode
            ending = dict(exit=code) if code >= 0 else dict(signal=-code)
        except Gone:
            ending = dict(cause=self.cause)
        except Refused as refused:
            why, what = refused.args
            ending = dict(refused=why, what=what)
        self.leave()
        self.tell('ended', **ending)
        self.cause = None
        self.stop_at = None
        try:
            while self.events:
                self.turn()
        except Gone:
            pass


def prefix(mark):
    # No name of an environment or layer has an @ in it.
    return 'strata-tool-%s@' % mark.replace('/', '.')


def private(path, flags):
    return os.open(path, flags, 0o600)


def read(fd):
    """Bytes, b'' at the end, None when there is nothing now."""
    try:
        return os.read(fd, CHUNK)
    except BlockingIOError:
        return None
    except OSError:
        return b''


def write(fd, waiting):
    """As much as goes; what nobody reads any more is dropped."""
    try:
        del waiting[: os.write(fd, waiting[:CHUNK])]
    except BlockingIOError:
        pass
    except OSError:
        waiting.clear()


def marked(mark):
    """Processes that were started with this mark in their environment."""
    entry, found = ('%s=%s' % (MARK, mark)).encode(), []
    for pid in set(filter(str.isdigit, os.listdir('/proc'))) - {str(os.getpid())}:
        try:
            with open('/proc/%s/environ' % pid, 'rb') as file:
                if entry in file.read().split(b'\0'):
                    found.append(int(pid))
        except OSError:
            # Another user's, or it has ended meanwhile.
            pass
    return found


def kill(pids):
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except OSError:
            pass


def kill_group(pid, number):
    try:
        os.killpg(pid, number)
    except OSError:
        pass


if __name__ == '__main__':
    Guard().run()
