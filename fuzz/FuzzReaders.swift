import Glibc
import Text

/// What reads files that others have made. `IMPLODE_FUZZ` chooses; each has a corpus of its own.
private enum Kind: String, CaseIterable {
  case csv, arrays, safetensors, configuration

  static let chosen = getenv("IMPLODE_FUZZ").flatMap { Kind(rawValue: String(cString: $0)) }

  func check(_ bytes: [UInt8]) {
    switch self {
    case .csv, .arrays: checkTable(bytes, isText: self == .csv)
    case .safetensors: checkSafetensors(bytes)
    case .configuration: checkConfiguration(bytes)
    }
  }
}

@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzReaders(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let isArray = bytes.starts(with: [0x93]) || bytes.starts(with: [0x50, 0x4B])
  let kind = Kind.chosen ?? .csv
  // The readers of tables tell by these bytes what a file is.
  if kind == .csv && isArray || kind == .arrays && !isArray { return -1 }
  kind.check(bytes)
  return 0
}

/// Stops the program where something does not hold.
func require(_ condition: Bool, _ what: @autoclosure () -> String) {
  guard !condition else { return }
  // An optimized program stops without a word.
  let text = "broken: \(what())\n"
  _ = text.withCString { write(2, $0, strlen($0)) }
  abort()
}

/// Stops the program where an error is not a line of cause and a line of hint.
func requireWords(_ error: any Error) {
  guard let error = error as? any ExplainedError else {
    return require(false, "\(error) explains nothing")
  }
  require(
    !error.message.isEmpty && !error.message.contains { $0.isNewline } && !error.hint.isEmpty,
    "the message is no message: \(error.message)")
}

@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ body: @convention(c) (UnsafePointer<UInt8>, Int) -> CInt
) -> CInt

/// The package manager wants a main program of ours; libFuzzer's is left out then.
@main struct FuzzReaders {
  static func main() {
    var count = CommandLine.argc
    var arguments = CommandLine.unsafeArgv
    exit(runFuzzer(&count, &arguments) { fuzzReaders($0, $1) })
  }
}
