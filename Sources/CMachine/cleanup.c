#define _GNU_SOURCE
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "CMachine.h"

// A signal handler may neither allocate nor lock, so the tables have a fixed size.
enum { most_files = 256, most_children = 64 };
enum { unused, changing, used };

static struct {
  _Atomic int state;
  char path[PATH_MAX];
} files[most_files];
static _Atomic pid_t children[most_children];
static _Atomic bool is_ending;
// Threads that are starting a child.
static _Atomic int starting;

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
enum { signal_count = sizeof signals / sizeof *signals };

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

static int note_child(pid_t pid) {
  for (int i = 0; i < most_children; i++) {
    pid_t expected = 0;
    if (atomic_compare_exchange_strong(&children[i], &expected, pid)) return i;
  }
  return -1;
}

// Signals are held back from this thread, and the handler waits in every other one, until the child
// is noted: otherwise one that was just started would outlive this process.
int machine_start_child(const char *program, char *const words[], char *const settings[],
                        const posix_spawn_file_actions_t *files, int *entry) {
  sigset_t held, before;
  sigemptyset(&held);
  for (int i = 0; i < signal_count; i++) sigaddset(&held, signals[i]);
  pthread_sigmask(SIG_BLOCK, &held, &before);
  atomic_fetch_add(&starting, 1);
  pid_t pid = -1;
  posix_spawnattr_t attributes;
  if (!atomic_load(&is_ending) && posix_spawnattr_init(&attributes) == 0) {
    posix_spawnattr_setsigmask(&attributes, &before);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    if (posix_spawn(&pid, program, files, &attributes, words, settings) != 0) pid = -1;
    posix_spawnattr_destroy(&attributes);
  }
  if (pid > 0) *entry = note_child(pid);
  atomic_fetch_sub(&starting, 1);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return pid;
}

void machine_forget_child(int entry) {
  if (entry >= 0) atomic_store(&children[entry], 0);
}

void machine_clean_up(void) {
  atomic_store(&is_ending, true);
  // Not for ever: memory may have run out in the middle of starting one.
  for (int i = 0; i < 100000 && atomic_load(&starting) > 0; i++) sched_yield();
  for (int i = 0; i < most_children; i++) {
    pid_t pid = atomic_load(&children[i]);
    if (pid > 0) kill(pid, SIGKILL);
  }
  for (int i = 0; i < most_files; i++) {
    if (atomic_load(&files[i].state) == used) unlink(files[i].path);
  }
  // Folders are noted as files are; they go if nothing else is in them.
  for (int i = 0; i < most_files; i++) {
    if (atomic_load(&files[i].state) == used) rmdir(files[i].path);
  }
}

static void end(int number) {
  machine_clean_up();
  // The default action, so that a shell sees which signal it was.
  raise(number);
}

void machine_clean_up_on_signals(void) {
  for (int i = 0; i < signal_count; i++) {
    struct sigaction before;
    if (sigaction(signals[i], NULL, &before) != 0 || before.sa_handler == SIG_IGN) continue;
    struct sigaction action = {.sa_handler = end, .sa_flags = SA_RESETHAND | SA_NODEFER};
    sigemptyset(&action.sa_mask);
    sigaction(signals[i], &action, NULL);
  }
}
