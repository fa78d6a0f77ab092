/// A figure while it is composed: its script and its data.
struct Canvas {
  let name: String
  var script: Script
  private(set) var blocks: [DataBlock] = []

  init(_ name: String, width: Int = 960, height: Int) {
    self.name = name
    script = Script(width: width, height: height)
  }

  /// Adds data; returns the name of the block for plot commands.
  mutating func add(_ block: DataBlock) -> String {
    blocks.append(block)
    return "'\(name).dat' index \(blocks.count - 1)"
  }

  mutating func add(_ name: String, _ columns: KeyValuePairs<String, [Double]>) -> String {
    add(DataBlock(name, columns: columns.map(\.key), values: columns.map(\.value)))
  }

  mutating func draw(_ panel: Panel, at place: PanelGrid.Place) {
    let name = panel.title.isEmpty ? panel.x.label : panel.title
    script.add("", Script.comment(name.isEmpty ? "A panel" : name), place.command)
    script.add(contentsOf: panel.settings(at: place))
    if !panel.y.label.isEmpty {
      script.add(
        "set label \(Script.quote(panel.y.label)) at screen \(place.nameX),graph 0.5 center "
          + "rotate by 90 tc rgb ink")
    }
    script.plot(panel.plots.isEmpty ? ["[0:1] [0:1] 2 notitle"] : panel.plots)
  }

  /// A key in one line above all panels.
  mutating func drawKey(_ entries: [(title: String, look: String)]) {
    script.add(
      "", "# The key, in a panel of its own",
      PanelGrid.margins(left: 0.02, right: 0.98, bottom: 0.1, top: 0.9),
      "unset logscale xy; unset border; unset tics; unset grid; unset label; unset arrow",
      "set title; set xlabel",
      "set key at screen 0.5,0.995 center top horizontal maxrows 1")
    script.plot(
      entries.enumerated().map { index, entry in
        "\(index == 0 ? "[0:1] [0:1] " : "")2 with \(entry.look) title \(Script.quote(entry.title))"
      })
    script.add("unset key; set border 3 lc rgb axis lw 1; set grid")
  }

  func composition(_ comments: String..., remarks: [String?] = []) -> Composition {
    Composition(
      script: script, data: DataFile(comments: comments, blocks: blocks),
      remarks: remarks.compactMap(\.self))
  }
}

/// One pair of axes and its plots.
struct Panel {
  var title = ""
  var x = Axis()
  var y = Axis()
  /// Arguments of `set key`; nil for no key.
  var key: String?
  /// Further commands before the plot.
  var lines: [String] = []
  var plots: [String] = []

  struct Axis {
    var label = ""
    var range: ClosedRange<Double>?
    var isLogarithmic = false
    /// Arguments of `set xtics`; nil for round numbers.
    var ticks: String?
    /// Approximate number of ticks.
    var tickCount = 5.0

    /// Set for every axis, because gnuplot forgets it where ticks were off.
    private static let look = "scale 0.5 out nomirror"

    /// - Parameter place: Of the panel, for an axis along which labels stand side by side.
    func settings(_ axis: String, at place: PanelGrid.Place?) -> [String] {
      let limits = range.map(Script.range) ?? "[*:*]"
      let round = range.map { range in
        isLogarithmic
          ? Ticks.logarithmic(range)
          : place.map {
            Ticks.fitted(range, count: tickCount, pixels: $0.width, overhang: $0.overhang)
          } ?? Script.number(Ticks.step(range.upperBound - range.lowerBound, count: tickCount))
      }
      let ticks = ticks ?? round ?? "autofreq"
      let name = axis == "y" ? "" : "set xlabel \(Script.quote(label)) offset 0,0.4; "
      return [
        "\(name)set \(axis)range \(limits)",
        "\(isLogarithmic ? "set logscale \(axis); " : "")set \(axis)tics \(Self.look) \(ticks) tc rgb ink",
      ]
    }
  }

  func settings(at place: PanelGrid.Place) -> [String] {
    ["unset logscale xy; unset label; unset arrow; set title \(Script.quote(title)) offset 0,-0.4"]
      + x.settings("x", at: place) + y.settings("y", at: nil)
      + [key.map { "set key \($0)" } ?? "unset key"] + lines
  }

  /// A line from one point to another.
  static func line(
    from: (Double, Double), to: (Double, Double), _ look: String, isInFront: Bool = true
  ) -> String {
    let (a, b) = ((Script.number(from.0), Script.number(from.1)), (to.0, to.1))
    return "set arrow from \(a.0),\(a.1) to \(Script.number(b.0)),\(Script.number(b.1)) nohead "
      + "\(isInFront ? "front" : "back") \(look)"
  }
}

extension Script {
  mutating func add(contentsOf lines: [String]) { for line in lines { add(line) } }
}
