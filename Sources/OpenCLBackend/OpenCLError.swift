import Engine
package import Text

/// A failure of the world outside: of a driver, a device, a kernel file.
package struct OpenCLError: ExplainedError, DeviceError {
  /// What failed: a call, with what it was about.
  package let call: String
  /// The status that OpenCL or CLBlast returned, if one of them refused.
  package let status: Int32?
  /// The name of the device it happened on.
  package var device: String?
  /// The lines of the compiler's output that matter.
  package var log: String?
  /// What to do about it.
  package var hint: String
  package var code = ExitCode.unavailable

  package init(
    _ call: String, status: Int32? = nil, device: String? = nil, log: String? = nil,
    hint: String? = nil
  ) {
    (self.call, self.status, self.device) = (call, status, device)
    (self.log, self.hint) = (log, hint ?? status.flatMap(Self.hint(for:)) ?? Self.lastResort)
  }

  /// Drivers report a device that was reset, or a kernel that was killed, by what they next refuse.
  package var isLoss: Bool {
    status.map { [-2, -5, -14, -34, -36, -9999].contains($0) } ?? false
  }

  private static let lastResort =
    "try another device or `--backend cpu`, and report this with what `implode devices` prints"

  /// The same failure, named after the device unless it already is.
  func on(_ device: String) -> OpenCLError {
    var error = self
    error.device = error.device ?? device
    return error
  }
}

extension OpenCLError: CustomStringConvertible {
  package var message: String {
    let place = device.map { "OpenCL on '\($0)': " } ?? "OpenCL: "
    return place + call + (status.map { " (\(Self.name(of: $0)), \($0))" } ?? "")
  }

  package var details: [String] {
    (log ?? "").split(whereSeparator: \.isNewline).map(String.init)
  }

  /// One line, followed by the log of a compiler if there is one.
  package var description: String { message + (log.map { "\n" + $0 } ?? "") }
}

extension OpenCLError {
  /// There is nothing to run on.
  static func noDevice(_ reason: String) -> OpenCLError {
    OpenCLError(
      "no device: \(reason)",
      hint: """
        install a driver: for a GPU its vendor's (Debian: nvidia-opencl-icd, \
        mesa-opencl-icd for AMD, intel-opencl-icd), for the CPU pocl-opencl-icd; \
        `implode devices` then lists what is found
        """)
  }

  /// A graph does not fit.
  ///
  /// - Parameter inUse: bytes that other programs of this process hold on the device.
  static func memory(
    needed: Int, of properties: OpenCLProperties, inUse: Int, status: Int32? = nil
  ) -> OpenCLError {
    let others = inUse > 0 ? " (\(mebibytes(atLeast: inUse)) already in use)" : ""
    return OpenCLError(
      "the graph needs \(mebibytes(atLeast: needed)) of memory, the device has "
        + "\(properties.memoryBytes >> 20) MiB\(others)",
      status: status, device: properties.name, hint: smallerBatch)
  }

  /// One value exceeds what the device allocates in one piece.
  static func value(
    of shape: String, needing bytes: Int, on properties: OpenCLProperties
  ) -> OpenCLError {
    OpenCLError(
      "a \(shape) value needs \(mebibytes(atLeast: bytes)), the device allows "
        + "\(properties.maximumAllocation >> 20) MiB in one piece",
      device: properties.name, hint: smallerBatch)
  }

  /// One value has more elements than kernels can count.
  static func count(of shape: String, on properties: OpenCLProperties) -> OpenCLError {
    OpenCLError(
      "a \(shape) value has more than 2,147,483,647 elements, which kernels cannot count",
      device: properties.name,
      hint: "use a smaller batch, fewer rows or a smaller model, or --backend cpu")
  }

  private static let smallerBatch =
    "use a smaller batch, or a device with more memory (`implode devices`)"

  private static func mebibytes(atLeast bytes: Int) -> String {
    "\((bytes + (1 << 20) - 1) >> 20) MiB"
  }
}
