/// A place where graphs run.
package protocol Device: AnyObject {
  var name: String { get }

  /// Plans `graph` and takes all memory it will ever need.
  ///
  /// Values with a name that `other` has too, in the same shape, are shared with it: a validation
  /// graph reads the parameters that a training graph updates.
  func compile(_ graph: Graph, sharing other: (any Program)?) throws -> any Program

  /// Lets go of everything on the device, after a loss; its programs so far are of no more use.
  func renew()
}

/// An error of a device.
package protocol DeviceError: Error {
  /// Whether the device may work again after `renew`, with nothing on it.
  var isLoss: Bool { get }
}

extension Device {
  package func renew() {}

  package func compile(_ graph: Graph) throws -> any Program {
    try compile(graph, sharing: nil)
  }
}

/// A graph made executable on one device, with all its memory in place.
package protocol Program: AnyObject {
  /// Computes every step once; may return before the work is done.
  func run() throws
  /// Waits until everything enqueued has been computed.
  func synchronize() throws
  func read(_ value: Value) throws -> [Float]
  func write(_ elements: [Float], to value: Value) throws
  func readWords(_ value: Value) throws -> [UInt32]
  func writeWords(_ words: [UInt32], to value: Value) throws
}
