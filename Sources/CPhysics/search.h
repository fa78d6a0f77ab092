#ifndef CP_SEARCH_H
#define CP_SEARCH_H

// Newton's method for many searches at a time, in stages of growing accuracy.

#include "starts.h"

// A step from `at`, no longer than the map's own scales. Beside a collision the map is close to
// linear in r = exp(ρ) and in κ = φ/r, the impact parameter over r, and the step is straight in
// those.
static inline void propose(cp_search *s, complex_t target) {
  double step[2];
  newton_step(s->dq, target - s->q, step);
  s->tried = s->at;
  if (s->at.rho > -1.5) {
    const double most = fmax(fabs(step[0]), fabs(step[1])) / 0.7;
    const double factor = s->step * (most > 1 ? 1 / most : 1);
    s->tried.rho += factor * step[0];
    s->tried.phi += factor * step[1];
    return;
  }
  const int far = s->at.phi > M_PI / 2;
  const double r = exp(s->at.rho), phi = far ? M_PI - s->at.phi : s->at.phi;
  const double across = (far ? -step[1] : step[1]) - phi * step[0];
  const double most = fmax(fmax(-step[0] / 0.7, step[0] / 4), fabs(across) / (r + fabs(phi)));
  const double factor = s->step * (most > 1 ? 1 / most : 1);
  const double growth = 1 + factor * step[0], moved = (phi + factor * across) * growth;
  s->tried.rho += log(growth);
  s->tried.phi = far ? M_PI - moved : moved;
}

// A stage of all searches: how accurately points are exploded, with derivatives or with the last
// ones, where a search has arrived, and how many steps it has.
typedef struct {
  int accuracy, derivatives, tries;
  double tolerance;
} cp_stage;

// Roughly with rough derivatives; then exactly with those; and where these do not lead on, beside
// folds, where a step halves the distance at best, with exact ones.
static const cp_stage CP_APPROACH = {CP_ROUGH, 1, 7, 1e-5}, CP_ARRIVE = {CP_EXACT, 0, 4, 2e-13},
                      CP_INSIST = {CP_REFERENCE, 1, 60, 1e-14};

// What can be asked of a geometry: a close pair multiplies the rounding of its place.
static inline double accepted(cp_shape_point at) { return 2e-12 + 2e-15 * exp(-at.rho); }

// What a search makes of the values where it tried. A search that gets no closer has arrived where
// it is accepted.
static inline void advance(cp_search *s, complex_t q, const complex_t *dq, complex_t target,
                           const cp_stage *stage) {
  const double residual = residual_of(q, target);
  if (residual < s->residual) {
    s->at = s->tried;
    s->q = q;
    for (int e = 0; e < 2 && stage->derivatives; e++) s->dq[e] = dq[e];
    s->residual = residual;
    s->step = fmin(1, 2 * s->step);
    if (residual < stage->tolerance) s->state = ARRIVED;
  } else {
    s->step *= 0.3;
    if (isinf(s->residual)) s->state = LOST;
  }
  if (s->state != UNDERWAY) return;
  propose(s, target);
  if (++s->tries < stage->tries && s->step > 1e-3 && fabs(s->tried.rho) < 40) return;
  s->state = s->residual < accepted(s->at) ? ARRIVED : LOST;
}

enum { AT_ONCE = 256 };

typedef struct {
  const cp_table *table;
  const double *targets;
  cp_batch batch;
  cp_shape_point points[AT_ONCE];
  complex_t q[AT_ONCE], dq[AT_ONCE][2];
} cp_solver;

static inline complex_t target_of(const cp_solver *solver, const cp_search *s) {
  return complex_of(solver->targets[2 * s->event], solver->targets[2 * s->event + 1]);
}

// One step of all that are under way; whether there were any.
static inline int step_all(cp_solver *solver, const cp_stage *stage, cp_searches *searches) {
  long members[AT_ONCE], from = 0;
  int any = 0;
  while (from < searches->count) {
    long count = 0;
    for (; from < searches->count && count < AT_ONCE; from++) {
      if (searches->all[from].state == UNDERWAY) members[count++] = from;
    }
    if (count == 0) break;
    for (long k = 0; k < count; k++) solver->points[k] = searches->all[members[k]].tried;
    batch_run(&solver->batch, solver->table, stage->accuracy, count, solver->points, solver->q,
              stage->derivatives ? solver->dq : NULL, NULL);
    for (long k = 0; k < count; k++) {
      cp_search *s = searches->all + members[k];
      advance(s, solver->q[k], solver->dq[k], target_of(solver, s), stage);
    }
    any = 1;
  }
  return any;
}

// How close a search is to a fold: |det| over the sum of the derivatives' squares.
static inline double flatness(const cp_search *s) {
  return fabs(area(s->dq[0], s->dq[1])) / (square(s->dq[0]) + square(s->dq[1]));
}

// Takes searches in a state on to another stage: from a step on, or again from where they are.
static inline void restart(cp_solver *solver, cp_searches *searches, int state, int steps) {
  for (long i = 0; i < searches->count; i++) {
    cp_search *s = searches->all + i;
    if (s->state != state) continue;
    s->state = UNDERWAY;
    s->tries = 0;
    s->step = 1;
    s->tried = s->at;
    if (steps) propose(s, target_of(solver, s));
    s->residual = INFINITY;
  }
}

static inline void drop_lost(cp_searches *searches) {
  long kept = 0;
  for (long i = 0; i < searches->count; i++) {
    if (searches->all[i].state != LOST) searches->all[kept++] = searches->all[i];
  }
  searches->count = kept;
}

// The shape of the positions at a point, and its derivative by ρ.
static inline void shape_of(const cp_table *t, cp_shape_point at, cp_search *s) {
  complex_t x[3], plus = 0, minus = 0, dplus = 0, dminus = 0;
  point_positions(at, x);
  for (int i = 0; i < 3; i++) {
    plus += times(t->plus[i], x[i]);
    minus += times(t->minus[i], x[i]);
    if (i == at.chart) continue;
    dplus += times(t->plus[i], x[i]);
    dminus += times(t->minus[i], x[i]);
  }
  s->shape = divided(plus, minus);
  s->change = divided(dplus - times(s->shape, dminus), minus);
}

// Whether two searches have the same sign and are no farther apart than a change of ρ.
static inline int is_close(const cp_search *a, const cp_search *b, double apart) {
  if ((area(a->dq[0], a->dq[1]) > 0) != (area(b->dq[0], b->dq[1]) > 0)) return 0;
  return square(a->shape - b->shape) < apart * apart * square(a->change);
}

// Drops searches that are about to arrive where another of their event is. Of those that are not
// beside a fold only one is ever so close.
static inline void drop_twins(cp_solver *solver, cp_searches *searches) {
  long kept = 0;
  for (long i = 0; i < searches->count; i++) {
    cp_search *s = searches->all + i;
    int twin = 0;
    if (s->state == UNDERWAY) {
      shape_of(solver->table, s->tried, s);
      for (long k = kept; k-- > 0 && searches->all[k].event == s->event && !twin;) {
        twin = searches->all[k].state == UNDERWAY && is_close(searches->all + k, s, 3e-5);
      }
    }
    if (!twin) searches->all[kept++] = *s;
  }
  searches->count = kept;
}

static inline void insist(cp_solver *solver, cp_searches *searches) {
  while (step_all(solver, &CP_INSIST, searches)) {
  }
  drop_lost(searches);
}

static inline void search_all(cp_solver *solver, cp_searches *searches) {
  while (step_all(solver, &CP_APPROACH, searches)) {
  }
  drop_lost(searches);
  // Beside a fold a step from rough values leads anywhere.
  for (long i = 0; i < searches->count; i++) {
    if (flatness(searches->all + i) < 0.004) searches->all[i].state = LOST;
  }
  restart(solver, searches, ARRIVED, 1);
  drop_twins(solver, searches);
  while (step_all(solver, &CP_ARRIVE, searches)) {
  }
  restart(solver, searches, LOST, 0);
  insist(solver, searches);
}

#endif
