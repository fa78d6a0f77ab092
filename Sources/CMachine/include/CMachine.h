#pragma once

// CPUs that this process may use, at least 1.
int machine_cpus(void);

// The exit code of a program whose memory has run out: that of what is not available.
#define MACHINE_OUT_OF_MEMORY 69
