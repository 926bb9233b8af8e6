/*
 * Makes the local file system behave like EFS, for the bench and for tests: an LD_PRELOAD library that counts the file
 * system calls below EFS_SHIM_ROOT, makes each take as long as on EFS, and can refuse links beyond EFS's limit. The
 * calls of all processes are counted together in the file EFS_SHIM_COUNTS (64-bit numbers: metadata calls, writes,
 * directory reads, delayed calls at this moment, most of these at once).
 *
 * EFS_SHIM_METADATA_MICROSECONDS, EFS_SHIM_WRITE_MICROSECONDS: delay of a call; EFS_SHIM_MAXIMUM_LINKS: 0 for no limit.
 * EFS_SHIM_NFS41: 1 for what NFSv4.1 has not: extended attributes and ACLs, SEEK_DATA and SEEK_HOLE, flags of renameat2.
 * EFS_SHIM_ON_OPEN, for tests: what befalls a file of the source when it is opened for reading, as action:name, such as
 * `refuse:secret` (EACCES, as a file system policy would), `vanish:gone` (another process deletes it just before) or `grow:log`
 * (another process appends to it just before).
 * EFS_SHIM_HANG_WHILE, for tests: as long as this file exists no call comes back, as on a dead NFS mount.
 * A path that is relative to a directory's descriptor counts as below the root if the directory is. Other relative paths
 * do: programs that give them (rsync) have changed into it.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#define MOST_FILES 65536

enum { AT_ONCE = 3, MOST_AT_ONCE, NUMBERS };

static const char *root, *on_open, *hang_while;
static size_t root_length;
static long metadata_delay, write_delay, maximum_links, is_nfs41;
static uint64_t *counts;
static char is_counted[MOST_FILES];

static long number(const char *name) {
  const char *text = getenv(name);
  return text ? atol(text) : 0;
}

__attribute__((constructor)) static void start(void) {
  root = getenv("EFS_SHIM_ROOT");
  on_open = getenv("EFS_SHIM_ON_OPEN");
  hang_while = getenv("EFS_SHIM_HANG_WHILE");
  root_length = root ? strlen(root) : 0;
  metadata_delay = number("EFS_SHIM_METADATA_MICROSECONDS");
  write_delay = number("EFS_SHIM_WRITE_MICROSECONDS");
  maximum_links = number("EFS_SHIM_MAXIMUM_LINKS");
  is_nfs41 = number("EFS_SHIM_NFS41");
  const char *file = getenv("EFS_SHIM_COUNTS");
  int descriptor = file ? open(file, O_RDWR | O_CLOEXEC) : -1;
  if (descriptor < 0) return;
  counts = mmap(NULL, NUMBERS * sizeof(uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (counts == MAP_FAILED) counts = NULL;
  close(descriptor);
}

static void take(int kind, long microseconds) {
  const struct timespec moment = { 0, 10000000 };
  while (hang_while && syscall(SYS_faccessat, AT_FDCWD, hang_while, F_OK) == 0) nanosleep(&moment, NULL);
  if (counts) __atomic_add_fetch(&counts[kind], 1, __ATOMIC_RELAXED);
  if (microseconds <= 0) return;
  if (counts) {
    uint64_t now = __atomic_add_fetch(&counts[AT_ONCE], 1, __ATOMIC_RELAXED);
    uint64_t most = __atomic_load_n(&counts[MOST_AT_ONCE], __ATOMIC_RELAXED);
    while (now > most && !__atomic_compare_exchange_n(&counts[MOST_AT_ONCE], &most, now, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {}
  }
  struct timespec delay = { microseconds / 1000000, (microseconds % 1000000) * 1000 };
  while (nanosleep(&delay, &delay) == -1 && errno == EINTR) {}
  if (counts) __atomic_sub_fetch(&counts[AT_ONCE], 1, __ATOMIC_RELAXED);
}

static int is_below(const char *path) {
  return root && path && (path[0] != '/' || strncmp(path, root, root_length) == 0);
}

static int counts_for(int descriptor) {
  return descriptor >= 0 && descriptor < MOST_FILES && is_counted[descriptor];
}

static int is_below_at(int at, const char *path) {
  return at == AT_FDCWD || !path || path[0] == '/' ? is_below(path) : root && counts_for(at);
}

static void metadata_at(int at, const char *path) {
  if (is_below_at(at, path)) { int saved = errno; take(0, metadata_delay); errno = saved; }
}

static void metadata(const char *path) { metadata_at(AT_FDCWD, path); }

static void opened_at(int descriptor, int at, const char *path) {
  if (descriptor >= 0 && descriptor < MOST_FILES) is_counted[descriptor] = is_below_at(at, path);
}

static void opened(int descriptor, const char *path) { opened_at(descriptor, AT_FDCWD, path); }

static int refuse_xattrs(const char *path) {
  metadata(path);
  if (!is_nfs41 || !is_below(path)) return 0;
  errno = ENOTSUP;
  return 1;
}

#define REAL(type, name) static type (*real)(); if (!real) real = dlsym(RTLD_NEXT, #name)
#define METADATA_1(name, A) int name(const char *path, A a) { REAL(int, name); metadata(path); return real(path, a); }
#define METADATA_2(name, A, B) \
  int name(const char *path, A a, B b) { REAL(int, name); metadata(path); return real(path, a, b); }
#define METADATA_AT_1(name, A) \
  int name(int at, const char *path, A a) { REAL(int, name); metadata_at(at, path); return real(at, path, a); }
#define METADATA_AT_2(name, A, B) \
  int name(int at, const char *path, A a, B b) { REAL(int, name); metadata_at(at, path); return real(at, path, a, b); }

METADATA_1(lstat, struct stat *)
METADATA_1(stat, struct stat *)
METADATA_1(lstat64, struct stat64 *)
METADATA_1(stat64, struct stat64 *)
METADATA_AT_2(fstatat, struct stat *, int)
METADATA_AT_2(fstatat64, struct stat64 *, int)
METADATA_1(mkdir, mode_t)
METADATA_AT_1(mkdirat, mode_t)
METADATA_1(chmod, mode_t)
METADATA_AT_2(fchmodat, mode_t, int)
METADATA_2(chown, uid_t, gid_t)
METADATA_2(lchown, uid_t, gid_t)
METADATA_1(access, int)
METADATA_AT_2(faccessat, int, int)
METADATA_AT_1(unlinkat, int)
METADATA_2(mknod, mode_t, dev_t)

int utimensat(int at, const char *path, const struct timespec times[2], int flags) {
  REAL(int, utimensat); metadata_at(at, path); return real(at, path, times, flags);
}
int lutimes(const char *path, const struct timeval times[2]) { REAL(int, lutimes); metadata(path); return real(path, times); }
int utimes(const char *path, const struct timeval times[2]) { REAL(int, utimes); metadata(path); return real(path, times); }
int lsetxattr(const char *path, const char *name, const void *value, size_t size, int flags) {
  REAL(int, lsetxattr); if (refuse_xattrs(path)) return -1; return real(path, name, value, size, flags);
}
int fchownat(int at, const char *path, uid_t uid, gid_t gid, int flags) {
  REAL(int, fchownat); metadata_at(at, path); return real(at, path, uid, gid, flags);
}
int unlink(const char *path) { REAL(int, unlink); metadata(path); return real(path); }
int rmdir(const char *path) { REAL(int, rmdir); metadata(path); return real(path); }
int rename(const char *from, const char *to) { REAL(int, rename); metadata(to); return real(from, to); }
int renameat(int at, const char *from, int to_at, const char *to) {
  REAL(int, renameat); metadata_at(to_at, to); return real(at, from, to_at, to);
}
int symlink(const char *target, const char *path) { REAL(int, symlink); metadata(path); return real(target, path); }
int symlinkat(const char *target, int at, const char *path) {
  REAL(int, symlinkat); metadata_at(at, path); return real(target, at, path);
}
ssize_t readlink(const char *path, char *buffer, size_t size) {
  REAL(ssize_t, readlink); metadata(path); return real(path, buffer, size);
}
ssize_t readlinkat(int at, const char *path, char *buffer, size_t size) {
  REAL(ssize_t, readlinkat); metadata_at(at, path); return real(at, path, buffer, size);
}
ssize_t llistxattr(const char *path, char *list, size_t size) {
  REAL(ssize_t, llistxattr); if (refuse_xattrs(path)) return -1; return real(path, list, size);
}
ssize_t listxattr(const char *path, char *list, size_t size) {
  REAL(ssize_t, listxattr); if (refuse_xattrs(path)) return -1; return real(path, list, size);
}
ssize_t lgetxattr(const char *path, const char *name, void *value, size_t size) {
  REAL(ssize_t, lgetxattr); if (refuse_xattrs(path)) return -1; return real(path, name, value, size);
}
ssize_t getxattr(const char *path, const char *name, void *value, size_t size) {
  REAL(ssize_t, getxattr); if (refuse_xattrs(path)) return -1; return real(path, name, value, size);
}

static int refuse_link(int at, const char *from, int flags) {
  struct stat stat;
  static int (*real)(); if (!real) real = dlsym(RTLD_NEXT, "fstatat");
  int follow = flags & AT_SYMLINK_FOLLOW ? 0 : AT_SYMLINK_NOFOLLOW;
  if (maximum_links == 0 || real(at, from, &stat, follow) != 0 || (long) stat.st_nlink < maximum_links) return 0;
  errno = EMLINK;
  return 1;
}
int link(const char *from, const char *to) {
  REAL(int, link); metadata(to); return refuse_link(AT_FDCWD, from, 0) ? -1 : real(from, to);
}
int linkat(int at, const char *from, int to_at, const char *to, int flags) {
  REAL(int, linkat); metadata_at(to_at, to); return refuse_link(at, from, flags) ? -1 : real(at, from, to_at, to, flags);
}

/* Returns -1 if the file cannot be opened. */
static int befall(int at, const char *path, int flags) {
  static int (*real)();
  const char *name = on_open ? strchr(on_open, ':') : NULL;
  if (!name || (flags & (O_ACCMODE | O_PATH)) != O_RDONLY || !is_below_at(at, path)) return 0;
  size_t length = strlen(path), expected = strlen(++name);
  if (length < expected || strcmp(path + length - expected, name) != 0) return 0;
  if (length > expected && path[length - expected - 1] != '/') return 0;
  if (strncmp(on_open, "refuse", 6) == 0) { errno = EACCES; return -1; }
  if (strncmp(on_open, "vanish", 6) == 0) unlinkat(at, path, 0);
  if (strncmp(on_open, "grow", 4) == 0) {
    if (!real) real = dlsym(RTLD_NEXT, "openat");
    int descriptor = real(at, path, O_WRONLY | O_APPEND, 0);
    if (descriptor >= 0) { write(descriptor, "+", 1); close(descriptor); }
  }
  return 0;
}

#define OPEN(name) int name(const char *path, int flags, ...) { \
  va_list rest; va_start(rest, flags); mode_t mode = va_arg(rest, mode_t); va_end(rest); \
  REAL(int, name); metadata(path); if (befall(AT_FDCWD, path, flags)) return -1; \
  int descriptor = real(path, flags, mode); opened(descriptor, path); return descriptor; }
#define OPEN_AT(name) int name(int at, const char *path, int flags, ...) { \
  va_list rest; va_start(rest, flags); mode_t mode = va_arg(rest, mode_t); va_end(rest); \
  REAL(int, name); metadata_at(at, path); if (befall(at, path, flags)) return -1; \
  int descriptor = real(at, path, flags, mode); opened_at(descriptor, at, path); return descriptor; }
OPEN(open)
OPEN(open64)
OPEN_AT(openat)
OPEN_AT(openat64)
/* What open and openat become in programs that are built with _FORTIFY_SOURCE. */
int __open_2(const char *path, int flags) { return open(path, flags, 0); }
int __openat_2(int at, const char *path, int flags) { return openat(at, path, flags, 0); }
int mkstemp(char *path) { REAL(int, mkstemp); metadata(path); int descriptor = real(path); opened(descriptor, path); return descriptor; }
int mkstemp64(char *path) { REAL(int, mkstemp64); metadata(path); int descriptor = real(path); opened(descriptor, path); return descriptor; }
DIR *opendir(const char *path) {
  REAL(DIR *, opendir);
  if (is_below(path)) take(2, metadata_delay);
  return real(path);
}
DIR *fdopendir(int descriptor) {
  REAL(DIR *, fdopendir);
  if (counts_for(descriptor)) take(2, metadata_delay);
  return real(descriptor);
}
/* A copy of a descriptor is of the same file. */
static int copied(int descriptor, int command, int copy) {
  int is_copy = command == F_DUPFD || command == F_DUPFD_CLOEXEC;
  if (is_copy && copy >= 0 && copy < MOST_FILES) is_counted[copy] = counts_for(descriptor);
  return copy;
}
#define FCNTL(name) int name(int descriptor, int command, ...) { \
  va_list rest; va_start(rest, command); void *argument = va_arg(rest, void *); va_end(rest); \
  REAL(int, name); return copied(descriptor, command, real(descriptor, command, argument)); }
FCNTL(fcntl)
FCNTL(fcntl64)

#define METADATA_FD(type, name, parameters, arguments) type name parameters { \
  REAL(type, name); if (counts_for(descriptor)) take(0, metadata_delay); return real arguments; }
METADATA_FD(int, fchmod, (int descriptor, mode_t mode), (descriptor, mode))
METADATA_FD(int, fchown, (int descriptor, uid_t uid, gid_t gid), (descriptor, uid, gid))
METADATA_FD(int, futimens, (int descriptor, const struct timespec times[2]), (descriptor, times))
METADATA_FD(int, fsync, (int descriptor), (descriptor))
METADATA_FD(int, ftruncate, (int descriptor, off_t size), (descriptor, size))
METADATA_FD(int, ftruncate64, (int descriptor, off64_t size), (descriptor, size))
#define XATTR_FD(type, name, parameters, arguments) type name parameters { \
  REAL(type, name); if (counts_for(descriptor)) { take(0, metadata_delay); if (is_nfs41) { errno = ENOTSUP; return -1; } } \
  return real arguments; }
XATTR_FD(ssize_t, flistxattr, (int descriptor, char *list, size_t size), (descriptor, list, size))
XATTR_FD(ssize_t, fgetxattr, (int descriptor, const char *name, void *value, size_t size), (descriptor, name, value, size))
XATTR_FD(int, fsetxattr, (int descriptor, const char *name, const void *value, size_t size, int flags),
  (descriptor, name, value, size, flags))
XATTR_FD(int, fremovexattr, (int descriptor, const char *name), (descriptor, name))
#define SEEK(name, offset_t) offset_t name(int descriptor, offset_t offset, int whence) { \
  REAL(offset_t, name); \
  if (is_nfs41 && counts_for(descriptor) && (whence == SEEK_DATA || whence == SEEK_HOLE)) { errno = EINVAL; return -1; } \
  return real(descriptor, offset, whence); }
SEEK(lseek, off_t)
SEEK(lseek64, off64_t)
int renameat2(int at, const char *from, int to_at, const char *to, unsigned int flags) {
  REAL(int, renameat2); metadata_at(to_at, to);
  if (is_nfs41 && flags && is_below_at(to_at, to)) { errno = EINVAL; return -1; }
  return real(at, from, to_at, to, flags);
}
int close(int descriptor) {
  REAL(int, close);
  if (descriptor >= 0 && descriptor < MOST_FILES) is_counted[descriptor] = 0;
  return real(descriptor);
}
ssize_t write(int descriptor, const void *data, size_t size) {
  REAL(ssize_t, write);
  if (counts_for(descriptor)) { int saved = errno; take(1, write_delay); errno = saved; }
  return real(descriptor, data, size);
}
#define PWRITE(name, offset_t) ssize_t name(int descriptor, const void *data, size_t size, offset_t offset) { \
  REAL(ssize_t, name); \
  if (counts_for(descriptor)) { int saved = errno; take(1, write_delay); errno = saved; } \
  return real(descriptor, data, size, offset); }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)
