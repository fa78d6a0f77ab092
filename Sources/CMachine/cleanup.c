#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "CMachine.h"

// A signal handler may neither allocate nor lock, so the tables have a fixed size.
enum { most_files = 64, most_children = 64 };
enum { unused, changing, used };

static struct {
  _Atomic int state;
  char path[PATH_MAX];
} files[most_files];
static _Atomic pid_t children[most_children];
static _Atomic bool is_ending;

int machine_note_file(const char *path) {
  // Nothing may appear any more once the others are removed.
  while (atomic_load(&is_ending)) pause();
  if (strlen(path) >= PATH_MAX) return -1;
  for (int i = 0; i < most_files; i++) {
    int expected = unused;
    if (!atomic_compare_exchange_strong(&files[i].state, &expected, changing)) continue;
    strcpy(files[i].path, path);
    atomic_store(&files[i].state, used);
    return i;
  }
  return -1;
}

void machine_forget_file(int entry) {
  if (entry >= 0) atomic_store(&files[entry].state, unused);
}

int machine_note_child(int pid) {
  for (int i = 0; i < most_children; i++) {
    pid_t expected = 0;
    if (atomic_compare_exchange_strong(&children[i], &expected, (pid_t)pid)) return i;
  }
  return -1;
}

void machine_forget_child(int entry) {
  if (entry >= 0) atomic_store(&children[entry], 0);
}

void machine_clean_up(void) {
  atomic_store(&is_ending, true);
  for (int i = 0; i < most_children; i++) {
    pid_t pid = atomic_load(&children[i]);
    if (pid > 0) kill(pid, SIGKILL);
  }
  for (int i = 0; i < most_files; i++) {
    if (atomic_load(&files[i].state) == used) unlink(files[i].path);
  }
}

static void end(int number) {
  machine_clean_up();
  // The default action, so that a shell sees which signal it was.
  raise(number);
}

void machine_clean_up_on_signals(void) {
  const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    struct sigaction before;
    if (sigaction(numbers[i], NULL, &before) != 0 || before.sa_handler == SIG_IGN) continue;
    struct sigaction action = {.sa_handler = end, .sa_flags = SA_RESETHAND | SA_NODEFER};
    sigemptyset(&action.sa_mask);
    sigaction(numbers[i], &action, NULL);
  }
}
