// All geometries of events: starts from the table, Newton's method in (ρ, φ), and what is left of
// them once the same are put together.

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
static void newton_step(const complex_t *dq, complex_t r, double *step) {
  const double determinant = area(dq[0], dq[1]);
  step[0] = area(r, dq[1]) / determinant;
  step[1] = area(dq[0], r) / determinant;
}

// The share of |p| by which velocities of shape q differ from those of shape `target`.
static double residual_of(complex_t q, complex_t target) {
  return sqrt(square(q - target) / ((1 + square(q)) * (1 + square(target))));
}

// By how many sides a point lies outside of a cell.
static double outside(double t, double s) {
  return fmax(fmax(fmax(-t, t - 1), fmax(-s, s - 1)), 0);
}

// What a cell's corners say of its inside, exactly for quadratic maps:
// q = Σ w (q + ½ dq·(x − x_corner)), dq = Σ w dq, with the bilinear weights w at (t, s).
static void interpolate(const cp_vertex *const *v, const double *side, double t, double s,
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
static double cell_start(const cp_vertex *const *v, const double *side, int corner,
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
static int cell_starts(const cp_table *table, const cp_cell *cell, complex_t target, double reach,
                       cp_shape_point *starts) {
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

static int add_search(cp_searches *s, int32_t event, cp_shape_point at) {
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
static int find_starts(const cp_table *t, int32_t event, complex_t target, double reach,
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

// A step from `at`, no longer than the map's own scales. Beside a collision the map is close to
// linear in r = exp(ρ) and in κ = φ/r, the impact parameter over r, and the step is straight in
// those.
static void propose(cp_search *s, complex_t target) {
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
static double accepted(cp_shape_point at) { return 2e-12 + 2e-15 * exp(-at.rho); }

// What a search makes of the values where it tried. A search that gets no closer has arrived where
// it is accepted.
static void advance(cp_search *s, complex_t q, const complex_t *dq, complex_t target,
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

static complex_t target_of(const cp_solver *solver, const cp_search *s) {
  return complex_of(solver->targets[2 * s->event], solver->targets[2 * s->event + 1]);
}

// One step of all that are under way; whether there were any.
static int step_all(cp_solver *solver, const cp_stage *stage, cp_searches *searches) {
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
static double flatness(const cp_search *s) {
  return fabs(area(s->dq[0], s->dq[1])) / (square(s->dq[0]) + square(s->dq[1]));
}

// Takes searches in a state on to another stage: from a step on, or again from where they are.
static void restart(cp_solver *solver, cp_searches *searches, int state, int steps) {
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

static void drop_lost(cp_searches *searches) {
  long kept = 0;
  for (long i = 0; i < searches->count; i++) {
    if (searches->all[i].state != LOST) searches->all[kept++] = searches->all[i];
  }
  searches->count = kept;
}

static void insist(cp_solver *solver, cp_searches *searches) {
  while (step_all(solver, &CP_INSIST, searches)) {
  }
  drop_lost(searches);
}

static void search_all(cp_solver *solver, cp_searches *searches) {
  while (step_all(solver, &CP_APPROACH, searches)) {
  }
  drop_lost(searches);
  // Beside a fold a step from rough values leads anywhere.
  for (long i = 0; i < searches->count; i++) {
    if (flatness(searches->all + i) < 0.004) searches->all[i].state = LOST;
  }
  restart(solver, searches, ARRIVED, 1);
  while (step_all(solver, &CP_ARRIVE, searches)) {
  }
  restart(solver, searches, LOST, 0);
  insist(solver, searches);
}

// The same geometry: the same sign, and no farther apart than two searches that arrive there.
static int is_same(const cp_search *a, const cp_search *b) {
  if ((area(a->dq[0], a->dq[1]) > 0) != (area(b->dq[0], b->dq[1]) > 0)) return 0;
  const double apart = 1e-6 + 1e-10 * exp(-a->at.rho);
  return square(a->shape - b->shape) < apart * apart * square(a->change);
}

// Leaves one of each geometry of every event; searches of an event are neighbors.
static void merge(cp_searches *searches, long from) {
  long kept = from;
  for (long i = from; i < searches->count; i++) {
    const cp_search *s = searches->all + i;
    long k = kept;
    while (k > from && searches->all[k - 1].event == s->event &&
           !is_same(searches->all + k - 1, s)) {
      k--;
    }
    if (k > from && searches->all[k - 1].event == s->event) continue;
    searches->all[kept++] = *s;
  }
  searches->count = kept;
}

static void shape_of(const cp_table *t, cp_search *s) {
  complex_t x[3], plus = 0, minus = 0, dplus = 0, dminus = 0;
  point_positions(s->at, x);
  for (int i = 0; i < 3; i++) {
    plus += times(t->plus[i], x[i]);
    minus += times(t->minus[i], x[i]);
    if (i == s->at.chart) continue;
    dplus += times(t->plus[i], x[i]);
    dminus += times(t->minus[i], x[i]);
  }
  s->shape = divided(plus, minus);
  s->change = divided(dplus - times(s->shape, dminus), minus);
}

// Every geometry in the chart of its closest pair, with derivatives for its determinant.
static void look_again(cp_solver *solver, cp_searches *searches) {
  for (long from = 0; from < searches->count; from += AT_ONCE) {
    const long count = searches->count - from < AT_ONCE ? searches->count - from : AT_ONCE;
    cp_search *all = searches->all + from;
    for (long k = 0; k < count; k++) solver->points[k] = all[k].at = point_in_own_chart(all[k].at);
    batch_run(&solver->batch, solver->table, CP_FINE, count, solver->points, solver->q, solver->dq,
              NULL);
    for (long k = 0; k < count; k++) {
      for (int e = 0; e < 2; e++) all[k].dq[e] = solver->dq[k][e];
      shape_of(solver->table, all + k);
    }
  }
}

// What makes a triangle of a line: 2 · area over the sum of squares, and its change with q.
static double opening_of(complex_t q) { return (1 - square(q)) / (1 + square(q)); }

static double opening_change(complex_t q, complex_t dq) {
  return -4 * creal(times(conj(q), dq)) / ((1 + square(q)) * (1 + square(q)));
}

static cp_solution solution_of(const cp_search *s, complex_t q, complex_t velocity,
                               complex_t target) {
  // The same area of either sphere, stereographically: 4/(1 + |q|²)².
  const double there = (1 + square(q)) * (1 + square(q));
  const double here = (1 + square(s->shape)) * (1 + square(s->shape));
  const double scale = here / (there * square(s->change));
  const double determinant = area(s->dq[0], s->dq[1]) * scale;
  const double size = (square(s->dq[0]) + square(s->dq[1])) * scale;
  // Of atoms on a line, the limit of the ratio.
  const int linear = fabs(sin(s->at.phi)) < 1e-7;
  const double opening =
      linear ? opening_change(q, s->dq[1]) / opening_change(s->shape, times(I, s->change))
             : opening_of(q) / opening_of(s->shape);
  return (cp_solution){.event = s->event,
                       .at = s->at,
                       .velocity = {creal(velocity), cimag(velocity)},
                       .residual = residual_of(q, target),
                       .determinant = determinant,
                       .condition = fabs(determinant) / size,
                       .opening = opening};
}

static void write_solutions(cp_solver *solver, const cp_searches *found, long count,
                            cp_solution *solutions) {
  complex_t velocity[AT_ONCE];
  for (long from = 0; from < count; from += AT_ONCE) {
    const long few = count - from < AT_ONCE ? count - from : AT_ONCE;
    const cp_search *all = found->all + from;
    for (long k = 0; k < few; k++) solver->points[k] = all[k].at;
    batch_run(&solver->batch, solver->table, CP_EXACT, few, solver->points, solver->q, NULL,
              velocity);
    for (long k = 0; k < few; k++) {
      solutions[from + k] =
          solution_of(all + k, solver->q[k], velocity[k], target_of(solver, all + k));
    }
  }
}

// Whether the partner of a geometry is among the event's others: one of the other sign, closer to
// where it should be than a third of the way there.
static int is_known(const cp_table *t, const cp_searches *found, long of, cp_search *start,
                    double distance) {
  const cp_search *s = found->all + of;
  shape_of(t, start);
  long first = of, last = of;
  while (first > 0 && found->all[first - 1].event == s->event) first--;
  while (last + 1 < found->count && found->all[last + 1].event == s->event) last++;
  for (long i = first; i <= last; i++) {
    const cp_search *other = found->all + i;
    const int differs = (area(s->dq[0], s->dq[1]) > 0) != (area(other->dq[0], other->dq[1]) > 0);
    const double apart = square(other->shape - start->shape);
    if (differs && apart < 0.1 * distance * distance * square(s->change)) return 1;
  }
  return 0;
}

// Beside a fold there are two geometries: each leads to where the other should be. `partners` are
// searches that start there.
static int find_partners(cp_solver *solver, const cp_searches *found, cp_searches *partners) {
  for (long from = 0; from < found->count;) {
    long members[AT_ONCE], count = 0;
    double direction[AT_ONCE][2];
    for (; from < found->count && count < AT_ONCE; from++) {
      const cp_search *s = found->all + from;
      if (flatness(s) > 0.1) continue;
      // The direction that the map shortens most: the lesser eigenvector of JᵀJ.
      const double a = square(s->dq[0]), d = square(s->dq[1]);
      const double b = creal(s->dq[0]) * creal(s->dq[1]) + cimag(s->dq[0]) * cimag(s->dq[1]);
      const double angle = 0.5 * atan2(2 * b, a - d) + 0.5 * M_PI;
      direction[count][0] = cos(angle);
      direction[count][1] = sin(angle);
      const double h = 1e-4;
      solver->points[count] = s->at;
      solver->points[count].rho += h * direction[count][0];
      solver->points[count].phi += h * direction[count][1];
      members[count++] = from;
    }
    if (count == 0) continue;
    batch_run(&solver->batch, solver->table, CP_FINE, count, solver->points, solver->q, solver->dq,
              NULL);
    for (long k = 0; k < count; k++) {
      const cp_search *s = found->all + members[k];
      const double here = area(s->dq[0], s->dq[1]);
      const double slope = (area(solver->dq[k][0], solver->dq[k][1]) - here) / 1e-4;
      const double distance = -2 * here / slope;
      if (!(fabs(distance) < 0.5)) continue;
      cp_search start = {.event = s->event, .at = s->at};
      start.at.rho += distance * direction[k][0];
      start.at.phi += distance * direction[k][1];
      if (is_known(solver->table, found, members[k], &start, fabs(distance))) continue;
      if (!add_search(partners, s->event, start.at)) return 0;
    }
  }
  return 1;
}

// Joins the searches of `more`, whose events are in order, to those of `all`.
static int join(cp_searches *all, const cp_searches *more) {
  const long count = all->count;
  for (long i = 0; i < more->count; i++) {
    if (!add_search(all, 0, more->all[i].at)) return 0;
  }
  long i = count, j = more->count;
  for (long k = count + more->count; k-- > 0;) {
    const int second = i == 0 || (j > 0 && more->all[j - 1].event >= all->all[i - 1].event);
    all->all[k] = second ? more->all[--j] : all->all[--i];
  }
  return 1;
}

// Whether all geometries of all events were found, as far as searches of `reach` find them.
static int find_all(cp_solver *solver, long events, double reach, cp_searches *found,
                    cp_searches *partners) {
  for (long e = 0; e < events; e++) {
    const complex_t target = complex_of(solver->targets[2 * e], solver->targets[2 * e + 1]);
    if (!find_starts(solver->table, (int32_t)e, target, reach, found)) return 0;
  }
  search_all(solver, found);
  look_again(solver, found);
  merge(found, 0);
  if (!find_partners(solver, found, partners)) return 0;
  insist(solver, partners);
  look_again(solver, partners);
  if (!join(found, partners)) return 0;
  merge(found, 0);
  return 1;
}

long cp_table_solve(const cp_table *table, long events, const double *q, int wide, long limit,
                    cp_solution *solutions) {
  cp_solver *solver = malloc(sizeof *solver);
  if (solver == NULL) return -1;
  solver->table = table;
  solver->targets = q;
  cp_searches found = {}, partners = {};
  long count = -1;
  if (batch_create(&solver->batch, table, AT_ONCE)) {
    if (find_all(solver, events, wide ? 2 : 0.3, &found, &partners)) {
      count = found.count;
      write_solutions(solver, &found, count < limit ? count : limit, solutions);
    }
    batch_free(&solver->batch);
  }
  free(found.all);
  free(partners.all);
  free(solver);
  return count;
}
