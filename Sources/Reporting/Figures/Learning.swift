extension Figure {
  static let learning = Figure(
    name: "learning", group: .training, title: "Learning curves",
    caption: """
      The loss without regularization, on training and validation rows. A validation loss that \
      rises while the training loss falls is overfitting.
      """,
    compose: { content throws(NothingToDraw) in try LearningCurves(content.history).compose() })
}

/// The first ten epochs and the rest, in panels of their own.
struct LearningCurves {
  private let epochs: [Double]
  private typealias Curve = (title: String, color: String, values: [Double])
  private let curves: [Curve]
  /// The epoch of the lowest validation loss, or training loss, and that loss.
  let best: (epoch: Double, loss: Double)

  init(_ history: TrainingHistory) throws(NothingToDraw) {
    let epochs = try history.epochs()
    let all = [
      ("training", "blue", history["train_loss"]),
      ("validation", "vermilion", history["validation_loss"]),
    ]
    let curves: [Curve] = all.compactMap { title, color, values in
      values.flatMap { $0.contains(where: \.isFinite) ? (title, color, $0) : nil }
    }
    let best = curves.last.flatMap { curve in
      zip(epochs, curve.values).filter(\.1.isFinite).min { $0.1 < $1.1 }
    }
    guard let best else { throw NothingToDraw("no epoch has a loss that is a finite number") }
    (self.epochs, self.curves, self.best) = (epochs, curves, best)
  }

  func compose() -> Composition {
    var canvas = Canvas("learning", height: 400)
    let source = canvas.add(
      DataBlock(
        "loss without regularization", columns: ["epoch"] + curves.map { "\($0.title)_loss" },
        values: [epochs] + curves.map(\.values)))
    let parts = [epochs.filter { $0 <= 10 }, epochs.filter { $0 > 10 }].filter { !$0.isEmpty }
    let grid = PanelGrid(
      canvas.script, rows: 1, columns: parts.count, margins: (92, 24, 70, 62), gap: (84, 0))
    canvas.drawKey(curves.map { ($0.title, "lines lw 1.8 lc rgb \($0.color)") })
    for (index, part) in parts.enumerated() {
      canvas.draw(panel(part, source: source, isFirst: index == 0), at: grid.place(index))
    }
    let infinite = curves.flatMap(\.values).count { !$0.isFinite }
    return canvas.composition(
      "Loss of each epoch, without regularization",
      remarks: [
        parts.count < 2 ? "All epochs are in one panel: there are not more than ten." : nil,
        Labels.left(infinite, of: curves.count * epochs.count, because: "losses are not finite"),
      ])
  }

  private func panel(_ part: [Double], source: String, isFirst: Bool) -> Panel {
    let (first, last) = (part.first ?? 0, part.last ?? 1)
    let isBestHere = part.contains(best.epoch)
    let mark = isBestHere ? "  (circle: best, epoch \(Script.number(best.epoch)))" : ""
    var panel = Panel(title: "Epochs \(Script.number(first))–\(Script.number(last))\(mark)")
    panel.x = .epochs(first...max(first, last))
    let shown = curves.flatMap { curve in
      zip(epochs, curve.values).filter { part.contains($0.0) }.map(\.1)
    }
    panel.y = .scale(shown, label: isFirst ? "loss" : "")
    let start = epochs.firstIndex(of: first) ?? 0
    let points = part.count <= 30 ? "linespoints pt 7 ps 0.5" : "lines"
    panel.plots = curves.enumerated().map { index, curve in
      "\(source) every ::\(start)::\(start + part.count - 1) using 1:\(index + 2) with \(points) lw 1.8 lc rgb \(curve.color) "
        + "notitle"
    }
    if isBestHere {
      let place = "'+' every ::0::0 using (\(Script.number(best.epoch))):(\(best.loss))"
      panel.plots.append(
        "\(place) with points pt 6 ps 1.8 lw 2 lc rgb ink notitle")
    }
    return panel
  }
}

extension TrainingHistory {
  /// The numbers of the epochs.
  func epochs() throws(NothingToDraw) -> [Double] {
    let count = values.map(\.count).min() ?? 0
    guard count > 0 else { throw NothingToDraw("the run has no record of its epochs") }
    let numbers = self["epoch"] ?? []
    // The file may have been edited by hand.
    guard numbers.count == count, numbers.allSatisfy({ $0 >= 0 && $0 < 1e9 }),
      zip(numbers, numbers.dropFirst()).allSatisfy({ $0 < $1 })
    else { return (1...count).map(Double.init) }
    return numbers
  }
}

extension Panel.Axis {
  /// The range of epochs, with a margin.
  static func epochs(_ range: ClosedRange<Double>) -> Self {
    let span = range.upperBound - range.lowerBound
    let room = max(0.5, 0.02 * span)
    return Self(
      label: "epoch", range: range.lowerBound - room...range.upperBound + room,
      ticks: "\(Ticks.wholeStep(span))")
  }

  /// A scale for these numbers: logarithmic if they are positive and span a wide range.
  static func scale(
    _ values: [Double], label: String, mayBeLogarithmic: Bool = true
  ) -> Self {
    let finite = values.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else { return Self(label: label) }
    if mayBeLogarithmic && low > 0 && high > 20 * low {
      return Self(label: label, range: low / 1.3...high * 1.3, isLogarithmic: true)
    }
    return Self(label: label, range: Spread.range(finite, margin: 0.08))
  }
}
