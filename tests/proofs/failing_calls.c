// Preloaded into a process, it lets the n-th call of the file system under one folder fail.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[PATH_MAX];
static int calls_left = -1;  // until the one that fails; negative: none does
static int error_number;
static char failed_call[PATH_MAX + 32];

// The n-th call from now on fails; 0: none. What failed is forgotten.
void fail_at(const char* under, int n, int error) {
  snprintf(folder, sizeof folder, "%s", under);
  calls_left = n > 0 ? n : -1;
  error_number = error;
  failed_call[0] = '\0';
}

// Name and path of the call that failed; empty if there were fewer.
const char* what_failed(void) { return failed_call; }

static int fails(const char* name, const char* path) {
  if (calls_left < 0 || strncmp(path, folder, strlen(folder)) != 0) return 0;
  if (--calls_left > 0) return 0;
  calls_left = -1;
  snprintf(failed_call, sizeof failed_call, "%s %s", name, path);
  errno = error_number;
  return 1;
}

static int fails_for(const char* name, int descriptor) {
  char link[64], path[PATH_MAX];
  if (calls_left < 0) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  const ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = '\0';
  return fails(name, path);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define OPEN(name)                                           \
  int name(const char* path, int flags, ...) {               \
    va_list arguments;                                       \
    va_start(arguments, flags);                              \
    const mode_t mode = va_arg(arguments, mode_t);           \
    va_end(arguments);                                       \
    if ((flags & O_CREAT) && fails("open", path)) return -1; \
    return REAL(name)(path, flags, mode);                    \
  }
OPEN(open)
OPEN(open64)

FILE* fopen(const char* path, const char* mode) {
  return mode[0] == 'w' && fails("fopen", path) ? NULL : REAL(fopen)(path, mode);
}
FILE* fopen64(const char* path, const char* mode) {
  return mode[0] == 'w' && fails("fopen", path) ? NULL : REAL(fopen64)(path, mode);
}
ssize_t write(int descriptor, const void* bytes, size_t count) {
  return fails_for("write", descriptor) ? -1 : REAL(write)(descriptor, bytes, count);
}
size_t fwrite(const void* bytes, size_t size, size_t count, FILE* file) {
  return fails_for("fwrite", fileno(file)) ? 0 : REAL(fwrite)(bytes, size, count, file);
}
int fsync(int descriptor) { return fails_for("fsync", descriptor) ? -1 : REAL(fsync)(descriptor); }
int ftruncate64(int descriptor, off64_t size) {
  return fails_for("ftruncate", descriptor) ? -1 : REAL(ftruncate64)(descriptor, size);
}
int rename(const char* from, const char* to) { return fails("rename", to) ? -1 : REAL(rename)(from, to); }
int mkdir(const char* path, mode_t mode) { return fails("mkdir", path) ? -1 : REAL(mkdir)(path, mode); }
