#pragma once

#include <spawn.h>
#include <stdbool.h>
#include <stddef.h>

// CPUs that this process may use, at least 1.
int machine_cpus(void);

// The exit code of a program whose memory has run out: that of what is not available.
#define MACHINE_OUT_OF_MEMORY 69

// Files that are removed, and processes that are killed, when a signal ends this process. The
// number of an entry, to take it back; −1 if there is no room for it.
int machine_note_file(const char *path);
void machine_forget_file(int entry);
void machine_forget_child(int entry);

// Starts a process that is noted; its number, or −1.
int machine_start_child(const char *program, char *const words[], char *const settings[],
                        const posix_spawn_file_actions_t *files, int *entry);

// Kills these processes and removes these files; may be called in a signal handler.
void machine_clean_up(void);

// From now on SIGINT, SIGTERM and SIGHUP clean up before they end this process, unless whoever
// started it ignores them.
void machine_clean_up_on_signals(void);

// The extended attribute `user.implode`: its length, or −1, and errno says why.
long machine_mark(const char *path, char *text, size_t room);
bool machine_set_mark(const char *path, const char *text);
