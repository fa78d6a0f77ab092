import Configuration
import Datasets
import Evaluation
import OpenCLBackend
import Physics
import Records
import Training

/// The end of a command that did not do its work, as people are told of it.
struct Failure: Error, Hashable {
  /// One line: what failed, with which value, where.
  let message: String
  /// One line: what to do about it.
  let hint: String
  /// Lines of someone else, such as a compiler, that belong to the message.
  var details: [String] = []
  let code: ExitCode

  init(_ message: String, hint: String, details: [String] = [], code: ExitCode) {
    (self.message, self.hint, self.details, self.code) = (message, hint, details, code)
  }

  init(_ error: any Error) {
    switch error {
    case let failure as Failure:
      self = failure
    case let error as UsageError:
      self.init(error.message, hint: error.hint, code: error.code)
    case let error as OpenCLError:
      let lines = error.description.split(whereSeparator: \.isNewline).map(String.init)
      self.init(
        lines.first ?? error.call, hint: error.hint, details: Array(lines.dropFirst()),
        code: .unavailable)
    case let error as DataError:
      self.init(error.message, hint: error.hint, code: ExitCode(error.kind))
    case let error as ConfigurationError:
      self.init(
        error.message, hint: error.hint, code: error.cause == .missing ? .input : .configuration)
    case let error as PreparationError:
      self.init(error.message, hint: error.hint, code: .data)
    case let error as RecordError:
      self.init(error.message, hint: error.hint, code: error.isUnreadable ? .input : .data)
    case let error as TrainingError:
      self.init(error.message, hint: error.hint, code: ExitCode(error.kind))
    case let error as ExportError:
      self.init(error.message, hint: error.hint, code: .fault)
    case let error as PhysicsError:
      self.init(error.description, hint: error.hint, code: .usage)
    default:
      self.init(
        "unexpected: \(error)", hint: "this is a bug in Implode; please report it", code: .fault)
    }
  }
}
