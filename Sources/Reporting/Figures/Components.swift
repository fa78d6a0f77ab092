import Text

extension Figure {
  static let components = Figure(
    name: "components", group: .training, title: "Loss terms",
    caption: """
      Each term of the loss, without its weight, on training and validation rows. A term that stops \
      falling while another falls is traded against it.
      """,
    compose: { content throws(NothingToDraw) in
      let history = content.history
      let epochs = try history.epochs()
      let terms = history.terms
      let shown = Array(terms.filter { !$0.isZero }.prefix(9))
      guard !shown.isEmpty else {
        throw NothingToDraw("metrics.csv has no loss terms")
      }
      let columns = min(3, shown.count)
      let rows = (shown.count + columns - 1) / columns
      var canvas = Canvas("components", height: 90 + 250 * rows)
      let grid = PanelGrid(
        canvas.script, rows: rows, columns: columns, margins: (92, 24, 70, 60), gap: (82, 84))
      canvas.drawKey([
        ("training", "lines lw 1.8 lc rgb blue"), ("validation", "lines lw 1.8 lc rgb vermilion"),
      ])
      for (index, term) in shown.enumerated() {
        let source = canvas.add(
          term.name, ["epoch": epochs, "training": term.training, "validation": term.validation])
        canvas.draw(term.panel(source, epochs), at: grid.place(index))
      }
      let zero = terms.filter(\.isZero).map(\.name)
      return canvas.composition(
        "Loss terms of each epoch, without their weights",
        remarks: [
          zero.isEmpty
            ? nil : "Always zero and not shown: \(zero.joined(separator: ", "))."
        ])
    })
}

/// One loss term over the epochs.
struct LossComponent {
  let name: String
  let training, validation: [Double]

  var isZero: Bool { (training + validation).allSatisfy { !$0.isFinite || $0 == 0 } }

  func panel(_ source: String, _ epochs: [Double]) -> Panel {
    var panel = Panel(title: name)
    panel.x = .epochs((epochs.first ?? 0)...max(epochs.first ?? 0, epochs.last ?? 1))
    panel.y = .scale(training + validation, label: "")
    let look = epochs.count <= 30 ? "linespoints pt 7 ps 0.4 lw 1.8" : "lines lw 1.8"
    for (column, color, values) in [(2, "blue", training), (3, "vermilion", validation)]
    where values.contains(where: \.isFinite) {
      panel.plots.append(
        "\(source) using 1:\(column) with \(look) lc rgb \(color) notitle")
    }
    return panel
  }
}

extension TrainingHistory {
  /// The columns `train_X` and `validation_X`, without the sums.
  var terms: [LossComponent] {
    columns.compactMap { column in
      let name = String(column.dropFirst("train_".count))
      guard column.hasPrefix("train_"), name != "loss", name != "total",
        let training = self[column], let validation = self["validation_" + name],
        (training + validation).contains(where: \.isFinite)
      else { return nil }
      return LossComponent(name: name, training: training, validation: validation)
    }
  }
}
