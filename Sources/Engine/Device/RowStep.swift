/// A step over rows that says what it does by operations on rows.
protocol RowStep: DeviceStep {
  /// What it reads and writes in all, and what it does by itself, unless `chained` says otherwise.
  var operation: ChainOperation { get }
}

extension RowStep {
  var domain: Domain { .rows((operation.inputs + operation.outputs)[0].shape.rows) }
  var inputs: [Value] { operation.inputs }
  var wholes: [Value] { operation.wholes }
  var outputs: [Value] { operation.outputs }

  func chained(_ shape: ChainShape) -> ChainedStep? { ChainedStep(operations: [operation]) }

  func launches(in lowering: inout DeviceLowering) -> [Launch] {
    lowering.launches(ofRowStep: self)
  }
}
