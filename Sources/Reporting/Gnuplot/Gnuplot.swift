import Glibc
import Machine

/// The installed gnuplot, run without the user's settings.
package struct Gnuplot: Hashable, Sendable {
  package let path: String
  /// Time limit of all figures of a report together, in seconds.
  package var limit = 60.0

  package init(path: String) { self.path = path }

  /// The program `name`, or `gnuplot`; nil if it cannot be run.
  ///
  /// - Parameters:
  ///   - name: A name or a path, usually from `IMPLODE_GNUPLOT`.
  ///   - search: Folders to search, as in `PATH`.
  package static func find(_ name: String? = nil, search: String) -> Gnuplot? {
    let name = name.flatMap { $0.isEmpty ? nil : $0 } ?? "gnuplot"
    let folders = name.contains("/") ? [] : search.split(separator: ":").map { $0 + "/" }
    let candidates = name.contains("/") ? [name] : folders.map { $0 + name }
    return candidates.first { Files.isPlain($0) && access($0, X_OK) == 0 }
      .map(Gnuplot.init(path:))
  }

  /// Runs a script in its folder; returns why it failed, or nil.
  ///
  /// - Parameters:
  ///   - variables: Variables of the script, as quoted gnuplot strings.
  ///   - deadline: When it is stopped; after that nothing is started.
  func run(
    _ script: String, in folder: String, variables: KeyValuePairs<String, String>,
    until deadline: ContinuousClock.Instant
  ) -> String? {
    guard ContinuousClock.now < deadline else { return tooSlow }
    let settings = variables.map { "\($0.key)=\(Script.quote($0.value))" }.joined(separator: "; ")
    let log: TemporaryFile
    do { log = try TemporaryFile(for: "\(folder)/\(script).log") } catch {
      return "its messages cannot be written: \(error)"
    }
    defer { log.remove() }
    // The shell changes the folder and then executes gnuplot.
    let arguments = [
      "/bin/sh", "-c", "cd -- \"$0\" && exec \"$@\"", folder, path, "-d", "-e", settings, script,
    ]
    guard let child = Child(arguments, environment: Self.environment, errors: log.path) else {
      return "\(path) could not be started"
    }
    switch child.wait(until: deadline) {
    case .exited(0): return nil
    case .exited(let code): return Self.cause(log.path) ?? "gnuplot ended with exit code \(code)"
    case .killed(let signal): return "gnuplot was ended by signal \(signal)"
    case .timedOut: return tooSlow
    }
  }

  private var tooSlow: String {
    "gnuplot took more than \(Int(limit)) s for all figures and was stopped"
  }

  /// The environment of this process with a UTF-8 locale and decimal points.
  private static var environment: [String] {
    var result = ["LC_ALL=C.UTF-8"]
    var entry = environ
    while let text = entry.pointee {
      let text = String(cString: text)
      if !text.hasPrefix("LC_ALL=") && !text.hasPrefix("GNUTERM=") { result.append(text) }
      entry += 1
    }
    return result
  }

  /// The last line of its messages that is more than blanks and carets.
  private static func cause(_ log: String) -> String? {
    String(decoding: (try? Files.read(log)) ?? [], as: UTF8.self)
      .split(separator: "\n").last { $0.contains { $0.isLetter } }
      .map { Script.printable(String($0)) }
  }
}
