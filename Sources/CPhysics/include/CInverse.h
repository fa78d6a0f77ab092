#ifndef CINVERSE_H
#define CINVERSE_H

#include <stdint.h>

// From the momenta of three atoms back to every geometry that explodes into them.
//
// The shape of three points in a plane is the complex number
//   q = (ζ₁ + iζ₂)/(ζ₁ − iζ₂),  ζ₁ = √μ₁ (x₁ − x₀),  ζ₂ = √μ₂ (x₂ − (m₀x₀ + m₁x₁)/(m₀ + m₁)),
// which neither size nor rotation changes. It lies in the unit disk for triangles that run
// counterclockwise, on the unit circle for points on a line. Velocities have a shape as positions
// have, and an explosion from rest maps the disk of one into the disk of the other.

/// A chart of shapes: its number is that of the atom l that is not of the pair (a, b) = (l + 1,
/// l + 2) mod 3. With atom l at 1, the pair is at ∓½ exp(ρ + iφ); φ runs from 0 to π.
typedef struct {
  int32_t chart;
  double rho, phi;
} cp_shape_point;

/// A vertex of the table: where it is, the shape of its velocities, and that shape's derivatives
/// by ρ and φ.
typedef struct {
  cp_shape_point at;
  double q[2], dq[4];
} cp_vertex;

/// A cell: a rectangle of a chart with its four vertices, (ρ₀, φ₀), (ρ₁, φ₀), (ρ₀, φ₁), (ρ₁, φ₁),
/// and a box about its image.
typedef struct {
  int32_t vertex[4];
  float low[2], high[2];
} cp_cell;

typedef struct cp_table cp_table;

/// The table of a molecule of three atoms, without cells yet; null without memory.
cp_table *cp_table_create(const double *masses, const double *charges);
void cp_table_free(cp_table *table);

/// Building goes in rounds: the vertices that wait, numbered from 0 to `cp_table_waiting`, are
/// exploded, by several threads if there are, each with numbers of its own; then cells are split,
/// which makes other vertices wait. When none wait, the cells are indexed. Returns 0 where there is
/// no memory.
long cp_table_waiting(const cp_table *table);
int cp_table_evaluate(cp_table *table, long begin, long end);
int cp_table_split(cp_table *table);
int cp_table_index(cp_table *table);

long cp_table_cells(const cp_table *table);

/// An indexed table as bytes, for this kind of computer, and the table of such bytes; null if they
/// are damaged, of another molecule or another version, or not what is computed here.
long cp_table_bytes(const cp_table *table);
void cp_table_write(const cp_table *table, void *bytes);
cp_table *cp_table_read(const double *masses, const double *charges, const void *bytes, long count);

/// A geometry of an event.
typedef struct {
  int64_t event;
  cp_shape_point at;
  /// ζ₁ − iζ₂ of its velocities where the third atom is at a distance of 1 from the pair's middle.
  double velocity[2];
  /// |p(x) − p|/|p| of the shape.
  double residual;
  /// By how much the map of shapes stretches areas of their spheres; negative where it mirrors.
  double determinant;
  /// The same over the sum of the squares of its derivatives: ½ where all directions are alike, 0
  /// at a fold.
  double condition;
  /// By how much the map stretches what makes a triangle of a line: the ratio of 2 · area over the
  /// sum of squares of velocities and of positions.
  double opening;
} cp_solution;

/// All geometries of events, given by the shapes of their velocities, as far as searches of usual
/// or of wide reach find them. Returns how many there are, at most `limit` of which are written,
/// events in order; negative without memory.
long cp_table_solve(const cp_table *table, long events, const double *q, int wide, long limit,
                    cp_solution *solutions);

#endif
