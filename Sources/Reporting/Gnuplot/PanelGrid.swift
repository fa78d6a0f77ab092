/// Positions of the panels of a figure: rows and columns of equal boxes, in pixels.
///
/// Boxes are set explicitly, so that axes line up whatever their labels are.
struct PanelGrid {
  let figure: (width: Double, height: Double)
  let columns: Int
  let box: (width: Double, height: Double)
  private let left, top: Double
  private let gap: (x: Double, y: Double)
  private let nameDistance: Double

  /// - Parameters:
  ///   - margins: Space around all panels: left, right, top, bottom.
  ///   - gap: Space between panels.
  ///   - nameDistance: From a box to its y label; tick labels are between them.
  init(
    _ script: Script, rows: Int, columns: Int,
    margins: (left: Double, right: Double, top: Double, bottom: Double),
    gap: (x: Double, y: Double), nameDistance: Double = 68
  ) {
    figure = (Double(script.width), Double(script.height))
    (self.columns, left, top, self.gap) = (columns, margins.left, margins.top, gap)
    self.nameDistance = nameDistance
    box = (
      (figure.width - margins.left - margins.right - gap.x * Double(columns - 1)) / Double(columns),
      (figure.height - margins.top - margins.bottom - gap.y * Double(rows - 1)) / Double(rows)
    )
  }

  /// The command that selects a box, counted row by row from the top.
  func place(_ panel: Int) -> Place { place(row: panel / columns, column: panel % columns) }

  /// A box, and where the name of its y axis stands: beside the widest ticks, on one line with
  /// those of the boxes above and below, which gnuplot's own place is not.
  struct Place {
    let command: String
    let nameX: Double
    /// Pixels of the x axis, and how far its numbers may reach beyond it.
    let width, overhang: Double
  }

  func place(row: Int, column: Int) -> Place {
    let x = left + Double(column) * (box.width + gap.x)
    let y = figure.height - top - Double(row) * (box.height + gap.y)
    let margins = Self.margins(
      left: x / figure.width, right: (x + box.width) / figure.width,
      bottom: (y - box.height) / figure.height, top: y / figure.height)
    return Place(
      command: margins, nameX: ((x - nameDistance) / figure.width * 1e4).rounded() / 1e4,
      width: box.width, overhang: columns == 1 ? 18 : max(4, min(18, gap.x / 2 - 4)))
  }

  static func margins(left: Double, right: Double, bottom: Double, top: Double) -> String {
    [("l", left), ("r", right), ("b", bottom), ("t", top)].map { side, place in
      "set \(side)margin at screen \((place * 1e4).rounded() / 1e4)"
    }.joined(separator: "; ")
  }
}
