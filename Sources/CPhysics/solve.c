// All geometries of events: what is left of the searches once the same are put together, and what a
// fold has on its other side.

#include "search.h"

// The same geometry: the same sign, and no farther apart than two searches that arrive there.
static int is_same(const cp_search *a, const cp_search *b) {
  return is_close(a, b, 1e-6 + 1e-10 * exp(-a->at.rho));
}

// Leaves one of each geometry of every event; searches of an event are neighbors.
static void merge(cp_searches *searches) {
  long kept = 0;
  for (long i = 0; i < searches->count; i++) {
    const cp_search *s = searches->all + i;
    long k = kept;
    while (k > 0 && searches->all[k - 1].event == s->event && !is_same(searches->all + k - 1, s)) {
      k--;
    }
    if (k > 0 && searches->all[k - 1].event == s->event) continue;
    searches->all[kept++] = *s;
  }
  searches->count = kept;
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
      shape_of(solver->table, all[k].at, all + k);
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
  shape_of(t, start->at, start);
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
  merge(found);
  if (!find_partners(solver, found, partners)) return 0;
  insist(solver, partners);
  look_again(solver, partners);
  if (!join(found, partners)) return 0;
  merge(found);
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
