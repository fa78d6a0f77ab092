#ifndef CP_INVERSE_H
#define CP_INVERSE_H

// What building the table and solving with it share.

#include <complex.h>
#include <math.h>
#include <stdlib.h>

#include "include/CPhysics.h"

typedef double _Complex complex_t;

static inline complex_t complex_of(double re, double im) { return __builtin_complex(re, im); }

// Without the special cases of infinities, which the language would test for.
static inline complex_t times(complex_t a, complex_t b) {
  return complex_of(creal(a) * creal(b) - cimag(a) * cimag(b),
                    creal(a) * cimag(b) + cimag(a) * creal(b));
}

static inline double square(complex_t a) { return creal(a) * creal(a) + cimag(a) * cimag(a); }

static inline complex_t divided(complex_t a, complex_t b) { return times(a, conj(b)) / square(b); }

// Im ā b: the area between two directions.
static inline double area(complex_t a, complex_t b) {
  return creal(a) * cimag(b) - cimag(a) * creal(b);
}

// A corner of a cell on the grid of its chart, and the cell's sides.
typedef struct {
  uint32_t rho, phi, rho_side, phi_side;
  int32_t chart;
} cp_place;

struct cp_table {
  // There was no memory for it.
  int failed;
  double masses[3], charges[3];
  // ζ₁ ± iζ₂ as sums over the atoms.
  complex_t plus[3], minus[3];
  cp_vertex *vertices;
  long vertex_count, vertex_room, evaluated;
  cp_cell *cells;
  cp_place *places;
  long cell_count, cell_room;
  // Cells that may have to be split once their vertices are known.
  int32_t *open;
  long open_count, open_room;
  // Vertices by their places: keys and numbers, with open addressing.
  uint64_t *keys;
  int32_t *numbers;
  long hash_room;
  // Cells by where their images are: members of bin b from bins[b] to bins[b + 1].
  int32_t *bins, *members;
};

// A table without vertices; null without memory.
cp_table *empty_table(const double *masses, const double *charges);

// Sorts finished cells into bins; 0 without memory.
int fill_bins(cp_table *table);

static inline complex_t vertex_q(const cp_vertex *v) { return complex_of(v->q[0], v->q[1]); }

enum { CP_BINS = 256 };

// The bin of a coordinate of the disk's square.
static inline int bin_of(double x) {
  const int bin = (int)floor((x + 1) * (CP_BINS / 2));
  return bin < 0 ? 0 : bin >= CP_BINS ? CP_BINS - 1 : bin;
}

// Points and what becomes of them, in memory of their own.
typedef struct {
  long room;
  cp_settings settings;
  double *positions, *displacements, *momenta, *tangents, *workspace;
  int32_t *outcome, *members;
} cp_batch;

int batch_create(cp_batch *batch, const cp_table *table, long room);
void batch_free(cp_batch *batch);

// How accurately a batch explodes, at least.
enum { CP_ROUGH, CP_FINE, CP_EXACT, CP_REFERENCE };

// The shape of the velocities of points, and, where they are not null, its derivatives by ρ and φ
// and ζ₁ − iζ₂; nan where a point does not explode.
void batch_run(cp_batch *batch, const cp_table *table, int accuracy, long count,
               const cp_shape_point *points, complex_t *q, complex_t (*dq)[2], complex_t *velocity);

// The atoms of a chart in its order: the pair, then the third.
static inline int atom_of(int chart, int i) { return (chart + 1 + i) % 3; }

// The positions of a point; atom l is at 1.
static inline void point_positions(cp_shape_point at, complex_t *x) {
  const double r = 0.5 * exp(at.rho);
  const int a = (at.chart + 1) % 3, b = (at.chart + 2) % 3;
  x[at.chart] = 1;
  x[a] = complex_of(r * cos(at.phi), r * sin(at.phi));
  x[b] = -x[a];
}

// The same point in the chart whose pair is the closest.
cp_shape_point point_in_own_chart(cp_shape_point at);

#endif
