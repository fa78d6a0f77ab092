extension Figure {
  static let optimizer = Figure(
    name: "optimizer", group: .training, title: "Learning rate and gradient norm",
    caption: """
      The learning rate and the mean gradient norm of each epoch. A norm that grows at a constant \
      learning rate precedes divergence.
      """,
    compose: { content throws(NothingToDraw) in
      let epochs = try content.history.epochs()
      let curves = [
        ("learning rate", "learning_rate", "blue"), ("gradient norm", "grad_norm", "green"),
      ].compactMap { title, column, color in
        content.history[column].flatMap { values in
          values.contains(where: \.isFinite) ? (title, column, color, values) : nil
        }
      }
      guard !curves.isEmpty else {
        throw NothingToDraw("metrics.csv has neither learning rate nor gradient norm")
      }
      var canvas = Canvas("optimizer", height: 320)
      let grid = PanelGrid(
        canvas.script, rows: 1, columns: curves.count, margins: (92, 24, 46, 62), gap: (84, 0))
      for (index, (title, column, color, values)) in curves.enumerated() {
        let source = canvas.add(title, ["epoch": epochs, column: values])
        var panel = Panel(title: title)
        panel.x = .epochs((epochs.first ?? 0)...max(epochs.first ?? 0, epochs.last ?? 1))
        panel.y = .scale(values, label: "", mayBeLogarithmic: column != "learning_rate")
        let look = epochs.count <= 30 ? "linespoints pt 7 ps 0.5" : "lines"
        panel.plots = ["\(source) using 1:2 with \(look) lw 1.8 lc rgb \(color) notitle"]
        canvas.draw(panel, at: grid.place(index))
      }
      return canvas.composition("Learning rate, and mean gradient norm of each epoch")
    })
}
