#ifndef CPHYSICS_H
#define CPHYSICS_H

#include <stdint.h>

#include "CInverse.h"

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

/// What a call reads and writes. Arrays of rows hold 3·atoms numbers a row: x, y, z of each atom
/// in turn.
typedef struct {
  long rows;
  const double *positions;
  /// Initial momenta, or null for explosions from rest.
  const double *start;
  /// Row r has the charges charges[r · charge_stride …].
  const double *charges;
  long charge_stride;
  /// rows × directions × 3·atoms: changes of the positions along which the momenta are
  /// differentiated.
  int32_t directions;
  /// Two directions, both in the plane of three atoms: what is across it is not seen.
  int32_t in_plane;
  const double *displacements;
  /// Asymptotic momenta; nan where there are none.
  double *momenta;
  /// Their derivatives, shaped like the displacements; nan where there are none.
  double *tangents;
  /// The number of steps, or a negative code.
  int32_t *outcome;
} cp_explosions;

/// Doubles of scratch memory that cp_explode needs, aligned to 64 bytes.
long cp_workspace_count(const cp_settings *settings, long directions);

/// Asymptotic momenta of explosions, and their derivatives.
void cp_explode(const cp_settings *settings, const cp_explosions *call, double *workspace);

/// Rows in the units of their flight: lengths, velocities and products of charges of order one,
/// positions and velocities relative to atom 0. Number i of row r is at i · stride + r.
typedef struct {
  /// Of three atoms from rest: in the plane of the row, two numbers an atom instead of three.
  int32_t planar;
  /// The arrays but `frame` have doubles; else floats.
  int32_t doubles;
  long stride;
  /// Numbers × rows: positions; velocities, at the start where there are such, and at infinity.
  void *x;
  void *v;
  /// Pairs × rows: products of charges, over the unit of mass.
  void *charge;
  /// Directions × numbers × rows: changes of the positions, and of the velocities at infinity.
  void *dx;
  void *dv;
  /// 0 where a row can be exploded, and its number of steps after that; or a negative code.
  void *outcome;
  /// Rows × CP_FRAME_NUMBERS: the way back.
  double *frame;
} cp_scaled;

enum { CP_FRAME_NUMBERS = 11 };

/// Fills the rows from `begin` to `end`, and the call's outcomes where they cannot be exploded.
/// Returns 0 where there is no memory.
int cp_scale(const cp_settings *settings, const cp_explosions *call, const cp_scaled *scaled,
             long begin, long end);

/// Momenta, derivatives and outcomes of the call from what a device made of these rows.
int cp_unscale(const cp_settings *settings, const cp_explosions *call, const cp_scaled *scaled,
               long begin, long end);

/// Positions of rows in space from those of `scaled`, with atom 0 where it is in the call; nan in
/// rows that the outcomes of the call do not allow.
void cp_unscale_positions(const cp_settings *settings, const cp_explosions *call,
                          const cp_scaled *scaled, long begin, long end, double *positions);

#endif
