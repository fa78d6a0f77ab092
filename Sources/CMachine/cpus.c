#define _GNU_SOURCE
#include <sched.h>
#include <unistd.h>

#include "CMachine.h"

int machine_cpus(void) {
  cpu_set_t set;
  // Machines with more CPUs than the set holds make the call fail.
  if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) return CPU_COUNT(&set);
  const long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 ? (int)online : 1;
}
