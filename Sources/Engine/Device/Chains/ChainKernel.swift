/// The text of a chain's kernel around its lines.
struct ChainKernel {
  let name: String
  let shape: ChainShape
  let parameters: [String]
  /// Reals of a tile, and of what work-items exchange.
  let tileSize, pitch, exchanged: Int
  let rows, tiles, groups: Int
  let barriers: Int
  let text: ChainText

  var generated: GeneratedKernel {
    let head = """
      __kernel __attribute__((reqd_work_group_size(\(shape.group), 1, 1))) void \(name)(
          \(parameters.joined(separator: ",\n    "))) {

      """
    let lines = (shape.lanes > 1 ? processorLines : groupLines).map { "  " + $0 + "\n" }
    return GeneratedKernel(
      shape: shape,
      text: text.tables.map { $0 + "\n" }.joined() + head + lines.joined() + "}\n",
      barriers: barriers)
  }

  private var groupLines: [String] {
    let memory = shape.isLocal ? "memory" : "(tiles + get_group_id(0) * \(tileSize))"
    return [
      "const int row = (int)get_local_id(0) % ROWS;",
      "const int first = (int)get_group_id(0) * ROWS;",
      "const standing at = {first, first + row, \(rows), \(pitch)};",
      "TILE float *rows = (TILE float *)\(memory) + row * \(pitch);",
    ] + (exchanged > 0 ? ["__local float *exchange = (__local float *)exchanged;"] : []) + text.body
  }

  private var processorLines: [String] {
    let each = (tiles + groups - 1) / groups
    return [
      "TILE float *rows = tiles + get_group_id(0) * \(tileSize);",
      "const int first = (int)get_group_id(0) * \(each);",
      "for (int tile = first; tile < min(first + \(each), \(tiles)); tile++) {",
      "  const standing at = {tile * ROWS, tile * ROWS, \(rows), 0};",
    ] + text.body.map { "  " + $0 } + ["}"]
  }
}

/// A kernel that was written for one graph.
package struct GeneratedKernel: Hashable, Sendable {
  package let shape: ChainShape
  package let text: String
  /// Barriers that a work-item comes to.
  let barriers: Int
}
