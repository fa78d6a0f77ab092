#pragma once

// CPUs that this process may use, at least 1.
int machine_cpus(void);
