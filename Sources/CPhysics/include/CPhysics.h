#ifndef CPHYSICS_H
#define CPHYSICS_H

#include <stdint.h>

// Coulomb explosions of many molecules of one kind, several at a time in the lanes of vectors.

/// What all rows of a call share.
typedef struct {
  /// Number of atoms, 1 to CP_MAX_ATOMS.
  int32_t atoms;
  /// Terms of the Taylor series of a step, and of the first step from rest, in even powers.
  int32_t order;
  int32_t first_order;
  /// A row that takes more steps is given up.
  int32_t step_limit;
  /// Relative error of a step, and of the flight beyond the last step.
  double tolerance;
  double tail_tolerance;
  const double *masses;
} cp_settings;

/// What became of a row: its number of steps, or one of these.
enum {
  CP_COINCIDENT_ATOMS = -1,
  CP_NOT_REPULSIVE = -2,
  CP_NOT_FINITE = -3,
  CP_TOO_MANY_STEPS = -4,
};

enum { CP_MAX_ATOMS = 32 };

/// Doubles of scratch memory that cp_explode needs, aligned to 64 bytes.
long cp_workspace_count(const cp_settings *settings);

/// Asymptotic momenta of `rows` explosions; all arrays are rows × 3·atoms, a row being
/// x, y, z of each atom in turn.
///
/// `start` holds initial momenta, or is null for explosions from rest. Row r has the charges
/// charges[r · charge_stride …]. outcome[r] is the number of steps or a negative code, in which
/// case the row of `momenta` is nan.
void cp_explode(const cp_settings *settings, long rows, const double *positions,
                const double *start, const double *charges, long charge_stride, double *momenta,
                int32_t *outcome, double *workspace);

#endif
