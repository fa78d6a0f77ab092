// How the kernels of chains know operations: by their number, and by the words of their operands.

extension ChainOperation.Kind {
  /// Every operation there is. Its number is its place here.
  package static let all: [Self] = [
    Transfer.importing.kind, Transfer.exporting.kind, Gather.operation.kind, Dense.operation.kind,
    DenseGradient.delta.kind, DenseGradient.inputGradient.kind, DenseGradient.weightGradient.kind,
    Reparameterize.operation.kind, ReparameterizeGradient.operation.kind, ErrorLoss.operation.kind,
    EnergyLoss.operation.kind, NormalLikelihood.operation.kind, Coupling.operation.kind,
    CouplingGradient.operation.kind, Jitter.operation.kind, Scale.operation.kind,
    Add.operation.kind, Fill.operation.kind, PermuteColumns.operation.kind,
    Reparameterize.sumOfParts.kind, MixtureLikelihood.parts.kind, MixtureLikelihood.operation.kind,
    MixtureLikelihood.gradient.kind, MixtureMeanError.weights.kind, MixtureMeanError.means.kind,
    MixtureMeanError.operation.kind,
  ]

  private static let numbers = Dictionary(
    uniqueKeysWithValues: all.enumerated().map { ($0.element, $0.offset) })

  var number: Int {
    guard let number = Self.numbers[self] else {
      preconditionFailure("the operation \(name) is not in ChainOperation.Kind.all")
    }
    return number
  }
}

extension ChainOperation.Form {
  /// The constants by which kernels know where each operand starts, after an operation's number.
  package var constants: [(name: String, word: Int)] {
    var word = 1
    return operands.map { operand in
      defer { word += operand.use.wordCount }
      return ("\(name)_\(operand.name)".uppercased(), word)
    }
  }
}

extension ChainOperation {
  /// OpenCL C that comes before all kernels: the numbers of operations, the words of operands, and
  /// `CHAIN_OPERATIONS(f)`, which is f(number, name) for each of them.
  package static let kernelDeclarations: String = {
    var forms: [Form] = []
    for kind in Kind.all where !forms.contains(kind.form) { forms.append(kind.form) }
    func list(_ entries: [String]) -> String {
      "enum { " + entries.joined(separator: ", ") + " };\n"
    }
    func code(_ kind: Kind) -> String { "CHAIN_" + kind.name.uppercased() }
    return list(Kind.all.map(code))
      + forms.map { list($0.constants.map { "\($0.name) = \($0.word)" }) }.joined()
      + "#define CHAIN_OPERATIONS(f) "
      + Kind.all.map { "f(\(code($0)), \($0.name))" }.joined(separator: " ") + "\n"
  }()

  var wordCount: Int { kind.form.operands.reduce(1) { $0 + $1.use.wordCount } }
}
