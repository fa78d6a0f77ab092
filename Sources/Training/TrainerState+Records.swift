package import Records
import Text

extension TrainerState {
  /// Adds everything to a file under names that begin with `training.`.
  package func add(to writer: inout SafetensorsWriter) {
    Self.add(current, to: &writer, "training.", numbers: numbers(of: current))
    if var good {
      // The best of all epochs seldom differs.
      if good.best == current.best { good.best = [] }
      Self.add(good, to: &writer, "training.good.", numbers: numbers(of: good))
    }
    for array in finished {
      writer.add("training.finished.\(array.name)", shape: array.shape, array.elements)
    }
  }

  private static func add(
    _ state: StageState, to writer: inout SafetensorsWriter, _ prefix: String, numbers: [Double]
  ) {
    writer.add(prefix + "numbers", shape: [numbers.count], numbers)
    writer.add(prefix + "clock", shape: [state.clock.count], state.clock)
    let kept = state.kept.numbers
    if !kept.isEmpty { writer.add(prefix + "kept", shape: [kept.count / 2, 2], kept) }
    for (name, array) in arrays {
      let elements = state[keyPath: array]
      writer.add(prefix + name, shape: [elements.count], elements)
    }
  }

  /// Reads what `add` wrote.
  package init(_ file: SafetensorsFile) throws {
    self.init()
    guard let (current, numbers) = try Self.state(file, "training.") else {
      throw Failure(
        in: file.path, "contains a model, not the state of a training run",
        hint: "name the run's folder, or its checkpoints/last.safetensors")
    }
    self.current = current
    (stage, pastEpochs) = (numbers.count(.stage), numbers.count(.pastEpochs))
    good = try Self.state(file, "training.good.")?.state
    if good?.best.isEmpty == true { good?.best = current.best }
    try readKept(of: file)
    let prefix = "training.finished."
    for tensor in file.tensors where tensor.name.hasPrefix(prefix) {
      finished.append(
        NamedArray(
          name: String(tensor.name.dropFirst(prefix.count)), shape: tensor.shape,
          elements: try tensor.elements()))
    }
  }

  /// Reads which epochs are kept, once the best of each state is there.
  private mutating func readKept(of file: SafetensorsFile) throws {
    func kept(_ state: StageState, _ prefix: String) throws -> KeptEpochs {
      KeptEpochs(
        numbers: try file[prefix + "kept"]?.elements() ?? [], epoch: state.stopping.bestEpoch,
        best: state.best)
    }
    current.kept = try kept(current, "training.")
    if let good { self.good?.kept = try kept(good, "training.good.") }
  }

  /// Nil where the file has none under this prefix.
  private static func state(
    _ file: SafetensorsFile, _ prefix: String
  ) throws -> (state: StageState, numbers: SavedNumbers)? {
    guard let clock = file[prefix + "clock"] else { return nil }
    let numbers = SavedNumbers(
      values: try file.elements(prefix + "numbers", shape: [Numbers.allCases.count]))
    var state = StageState()
    state.clock = try clock.elements()
    for (name, array) in arrays {
      state[keyPath: array] = try file[prefix + name]?.elements() ?? []
    }
    (state.epoch, state.rateFactor) = (numbers.count(.epoch), numbers[.rateFactor])
    (state.plateau, state.setbacks) = (numbers.count(.plateau), numbers.count(.setbacks))
    state.stopping = EarlyStopping(
      best: numbers[.best], bestEpoch: numbers.count(.bestEpoch), reference: numbers[.reference],
      waited: numbers.count(.waited))
    return (state, numbers)
  }

  /// `training.numbers` of a file.
  private struct SavedNumbers {
    let values: [Double]

    subscript(entry: Numbers) -> Double { values[entry.rawValue] }
    func count(_ entry: Numbers) -> Int { Int(exactly: self[entry]) ?? 0 }
  }

  /// The order of `numbers` in a file: append, never renumber.
  private enum Numbers: Int, CaseIterable {
    case stage, pastEpochs, epoch, rateFactor, plateau, setbacks, best, bestEpoch, waited
    case reference
  }

  private func numbers(of state: StageState) -> [Double] {
    Numbers.allCases.map { entry in
      switch entry {
      case .stage: Double(stage)
      case .pastEpochs: Double(pastEpochs)
      case .epoch: Double(state.epoch)
      case .rateFactor: state.rateFactor
      case .plateau: Double(state.plateau)
      case .setbacks: Double(state.setbacks)
      case .best: state.stopping.best
      case .bestEpoch: Double(state.stopping.bestEpoch)
      case .waited: Double(state.stopping.waited)
      case .reference: state.stopping.reference
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
