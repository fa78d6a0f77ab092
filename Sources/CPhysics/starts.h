#ifndef CP_STARTS_H
#define CP_STARTS_H

// Where searches for geometries start: what the cells say whose images can hold an event.

#include "inverse.h"

enum { UNDERWAY, ARRIVED, LOST };

// Where a search is, and where it tries to go. `q`, `dq` and `residual` belong to `at`.
typedef struct {
  int32_t event;
  int state, tries;
  cp_shape_point at, tried;
  complex_t q, dq[2];
  double residual, step;
  // The shape of the positions, as q is that of velocities, and its derivative by ρ; that by φ is i
  // times it.
  complex_t shape, change;
} cp_search;

// δ with dq·δ = r: the step to where the linear map meets the target.
static inline void newton_step(const complex_t *dq, complex_t r, double *step) {
  const double determinant = area(dq[0], dq[1]);
  step[0] = area(r, dq[1]) / determinant;
  step[1] = area(dq[0], r) / determinant;
}

// The share of |p| by which velocities of shape q differ from those of shape `target`.
static inline double residual_of(complex_t q, complex_t target) {
  return sqrt(square(q - target) / ((1 + square(q)) * (1 + square(target))));
}

// By how many sides a point lies outside of a cell.
static inline double outside(double t, double s) {
  return fmax(fmax(fmax(-t, t - 1), fmax(-s, s - 1)), 0);
}

// What a cell's corners say of its inside, exactly for quadratic maps:
// q = Σ w (q + ½ dq·(x − x_corner)), dq = Σ w dq, with the bilinear weights w at (t, s).
static inline void interpolate(const cp_vertex *const *v, const double *side, double t, double s,
                               complex_t *q, complex_t *dq) {
  *q = dq[0] = dq[1] = 0;
  for (int k = 0; k < 4; k++) {
    const double w = ((k & 1) ? t : 1 - t) * ((k >> 1) ? s : 1 - s);
    const double rho = (t - (k & 1)) * side[0], phi = (s - (k >> 1)) * side[1];
    const complex_t by_rho = complex_of(v[k]->dq[0], v[k]->dq[1]);
    const complex_t by_phi = complex_of(v[k]->dq[2], v[k]->dq[3]);
    const complex_t at = complex_of(v[k]->q[0], v[k]->q[1]);
    *q += w * (at + 0.5 * (rho * by_rho + phi * by_phi));
    dq[0] += w * by_rho;
    dq[1] += w * by_phi;
  }
}

// Newton's method in a cell from a corner; by how many sides its end lies outside.
static inline double cell_start(const cp_vertex *const *v, const double *side, int corner,
                                complex_t target, double reach, double *place) {
  double t = corner & 1, s = corner >> 1, step[2];
  for (int k = 0; k < 7; k++) {
    complex_t q, dq[2];
    interpolate(v, side, t, s, &q, dq);
    // No zero of the interpolation, and none of the map unless it is very close.
    if (k == 6 && reach < 1 && square(q - target) > 1e-6) return INFINITY;
    newton_step(dq, target - q, step);
    const double along[2] = {step[0] / side[0], step[1] / side[1]};
    const double most = fmax(fabs(along[0]), fabs(along[1]));
    const double factor = most > 1 ? 1 / most : 1;
    t += factor * along[0];
    s += factor * along[1];
    if (!(outside(t, s) < 2 + reach)) return INFINITY;
    if (most < 1e-3) break;
  }
  place[0] = t;
  place[1] = s;
  return outside(t, s);
}

// Starts of a cell for a target, one from a corner of either sign of the determinant.
static inline int cell_starts(const cp_table *table, const cp_cell *cell, complex_t target,
                              double reach, cp_shape_point *starts) {
  const cp_vertex *v[4];
  for (int k = 0; k < 4; k++) v[k] = table->vertices + cell->vertex[k];
  const double rho = v[0]->at.rho, phi = v[0]->at.phi;
  const double side[2] = {v[1]->at.rho - rho, v[2]->at.phi - phi};
  int count = 0;
  for (int sign = 0; sign < 2; sign++) {
    int nearest = -1;
    double least = INFINITY;
    for (int k = 0; k < 4; k++) {
      const double determinant = v[k]->dq[0] * v[k]->dq[3] - v[k]->dq[1] * v[k]->dq[2];
      const double apart = square(target - complex_of(v[k]->q[0], v[k]->q[1]));
      if ((determinant > 0) != sign || apart >= least) continue;
      least = apart;
      nearest = k;
    }
    double place[2];
    if (nearest < 0 || cell_start(v, side, nearest, target, reach, place) > reach) continue;
    starts[count++] =
        (cp_shape_point){v[0]->at.chart, rho + place[0] * side[0], phi + place[1] * side[1]};
  }
  return count;
}

// Searches, grown as needed.
typedef struct {
  cp_search *all;
  long count, room;
} cp_searches;

static inline int add_search(cp_searches *s, int32_t event, cp_shape_point at) {
  if (s->count == s->room) {
    const long room = 2 * s->room + 256;
    cp_search *all = realloc(s->all, room * sizeof *all);
    if (all == NULL) return 0;
    s->all = all;
    s->room = room;
  }
  s->all[s->count++] =
      (cp_search){.event = event, .at = at, .tried = at, .residual = INFINITY, .step = 1};
  return 1;
}

// Adds the starts of one event. Neighboring cells lead to the same point: those that agree to a
// third of a side are one.
static inline int find_starts(const cp_table *t, int32_t event, complex_t target, double reach,
                              cp_searches *s) {
  const long first = s->count;
  const int bin = bin_of(cimag(target)) * CP_BINS + bin_of(creal(target));
  for (int32_t m = t->bins[bin]; m < t->bins[bin + 1]; m++) {
    const cp_cell *cell = t->cells + t->members[m];
    if (creal(target) < cell->low[0] || creal(target) > cell->high[0]) continue;
    if (cimag(target) < cell->low[1] || cimag(target) > cell->high[1]) continue;
    const cp_vertex *a = t->vertices + cell->vertex[0], *b = t->vertices + cell->vertex[3];
    cp_shape_point starts[2];
    const int count = cell_starts(t, cell, target, reach, starts);
    for (int k = 0; k < count; k++) {
      int known = 0;
      for (long i = first; i < s->count && count == 1 && !known; i++) {
        const cp_shape_point at = s->all[i].at;
        known = at.chart == starts[k].chart &&
                fabs(at.rho - starts[k].rho) < 0.3 * (b->at.rho - a->at.rho) &&
                fabs(at.phi - starts[k].phi) < 0.3 * (b->at.phi - a->at.phi);
      }
      if (!known && !add_search(s, event, starts[k])) return 0;
    }
  }
  return 1;
}

#endif
