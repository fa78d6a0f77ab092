package import Records
import Text

extension TrainerState {
  /// Adds everything to a file under names that begin with `training.`.
  package func add(to writer: inout SafetensorsWriter) {
    let state = current
    writer.add("training.numbers", shape: [Numbers.count], numbers)
    writer.add("training.clock", shape: [state.clock.count], state.clock)
    for (name, array) in Self.arrays {
      let elements = state[keyPath: array]
      writer.add("training.\(name)", shape: [elements.count], elements)
    }
    if let good {
      writer.add("training.good.clock", shape: [good.clock.count], good.clock)
      // The best of all epochs does not change within one.
      for (name, array) in Self.arrays where array != \.best {
        let elements = good[keyPath: array]
        writer.add("training.good.\(name)", shape: [elements.count], elements)
      }
    }
    for array in finished {
      writer.add("training.finished.\(array.name)", shape: array.shape, array.elements)
    }
  }

  /// Reads what `add` wrote.
  package init(_ file: SafetensorsFile) throws {
    self.init()
    let numbers: [Double] = try file.elements("training.numbers", shape: [Numbers.count])
    guard let clock = file["training.clock"] else {
      throw Failure(
        in: file.path, "holds a model, not a state of training",
        hint: "name the run's folder, or its checkpoints/last.safetensors")
    }
    current.clock = try clock.elements()
    for (name, array) in Self.arrays {
      current[keyPath: array] = try file["training.\(name)"]?.elements() ?? []
    }
    func number(_ entry: Numbers) -> Double { numbers[entry.rawValue] }
    func count(_ entry: Numbers) -> Int { Int(exactly: number(entry)) ?? 0 }
    (stage, pastEpochs) = (count(.stage), count(.pastEpochs))
    (current.epoch, current.rateFactor) = (count(.epoch), number(.rateFactor))
    (current.plateau, current.setbacks) = (count(.plateau), count(.setbacks))
    current.stopping = EarlyStopping(
      best: number(.best), bestEpoch: count(.bestEpoch), waited: count(.waited))
    let prefix = "training.finished."
    for tensor in file.tensors where tensor.name.hasPrefix(prefix) {
      finished.append(
        NamedArray(
          name: String(tensor.name.dropFirst(prefix.count)), shape: tensor.shape,
          elements: try tensor.elements()))
    }
    guard let clock = file["training.good.clock"] else { return }
    // What differs within an epoch is on the device; the rest is as it is now.
    var good = current
    good.clock = try clock.elements()
    for (name, array) in Self.arrays where array != \.best {
      good[keyPath: array] = try file["training.good.\(name)"]?.elements() ?? []
    }
    self.good = good
  }

  /// The order of `training.numbers`: append, never renumber.
  private enum Numbers: Int, CaseIterable {
    case stage, pastEpochs, epoch, rateFactor, plateau, setbacks, best, bestEpoch, waited

    static var count: Int { allCases.count }
  }

  private var numbers: [Double] {
    Numbers.allCases.map { entry in
      switch entry {
      case .stage: Double(stage)
      case .pastEpochs: Double(pastEpochs)
      case .epoch: Double(current.epoch)
      case .rateFactor: current.rateFactor
      case .plateau: Double(current.plateau)
      case .setbacks: Double(current.setbacks)
      case .best: current.stopping.best
      case .bestEpoch: Double(current.stopping.bestEpoch)
      case .waited: Double(current.stopping.waited)
      }
    }
  }

  private static var arrays: [(String, WritableKeyPath<StageState, [Float]>)] {
    [
      ("parameters", \.parameters), ("first_moments", \.firstMoments),
      ("second_moments", \.secondMoments), ("average", \.average), ("control", \.control),
      ("epoch_sums", \.epochSums), ("best", \.best),
    ]
  }
}
