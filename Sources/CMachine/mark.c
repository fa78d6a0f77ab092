#include <string.h>
#include <sys/xattr.h>

#include "CMachine.h"

static const char name[] = "user.implode";

long machine_mark(const char *path, char *text, size_t room) {
  return getxattr(path, name, text, room);
}

bool machine_set_mark(const char *path, const char *text) {
  return setxattr(path, name, text, strlen(text), 0) == 0;
}
