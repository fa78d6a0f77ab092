import Text

/// gnuplot commands that draw a figure, written so that users can edit them.
package struct Script: Sendable {
  /// Size of the picture in pixels.
  let width, height: Int
  private(set) var lines: [String] = []

  init(width: Int, height: Int) { (self.width, self.height) = (width, height) }

  mutating func add(_ lines: String...) { self.lines += lines }

  /// A plot command with one line per curve.
  mutating func plot(_ parts: [String]) {
    add("plot " + parts.joined(separator: ", \\\n      "))
  }

  /// Text between single quotes, which gnuplot takes as it is: between double quotes, backticks
  /// would run commands.
  static func quote(_ text: String) -> String {
    "'" + printable(text).replacing("'", with: "''") + "'"
  }

  /// A comment, without braces and quotes, which gnuplot interprets even there.
  static func comment(_ text: String) -> String {
    "# " + String(printable(text).map { "{}'\"`\\".contains($0) ? " " : $0 })
  }

  /// Text on one line; characters that are not printable become blanks.
  static func printable(_ text: String) -> String {
    text.escaping { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: " "
      default: nil
      }
    }
  }

  /// A number for gnuplot, with as many digits as a figure can show.
  static func number(_ x: Double) -> String {
    x == x.rounded() && abs(x) < 1e15 ? "\(Int(x))" : abs(x) < 1e30 ? "\(Float(x))" : "\(x)"
  }

  static func range(_ range: ClosedRange<Double>) -> String {
    "[\(number(range.lowerBound)):\(number(range.upperBound))]"
  }

  /// The whole file of the figure `name`.
  package func text(name: String) -> String {
    """
    # Draws \(name).svg and \(name).png from \(name).dat: run `gnuplot \(name).gp` in this folder.
    if (!exists('svg')) svg = '\(name).svg'
    if (!exists('png')) png = '\(name).png'

    \(Palette.definitions)

    do for [format in 'svg png'] {
      if (format eq 'svg') {
        set terminal svg size \(width),\(height) font 'sans-serif,14' noenhanced background rgb paper
        set output svg
      } else {
        set terminal pngcairo size \(2 * width),\(2 * height) font 'sans,10.5' noenhanced \\
          fontscale 2 linewidth 2 pointscale 2 background rgb paper
        set output png
      }
    \(Self.style)
      set multiplot
    \(lines.map { $0.isEmpty ? "" : "  " + $0 }.joined(separator: "\n"))
      unset multiplot
      unset output
    }

    """
  }

  /// Settings that all figures share.
  private static let style = """
      set border 3 lc rgb axis lw 1
      set tics out nomirror scale 0.5 tc rgb ink
      set format '%h'
      set grid lt 1 lw 0.6 lc rgb rule
      set key samplen 1.6 spacing 1.15 tc rgb ink
      unset colorbox
    """
}
