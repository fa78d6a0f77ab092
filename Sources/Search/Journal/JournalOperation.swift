import Glibc
import Text

/// What Implode writes to a journal, of what Optuna knows.
package enum JournalOperation: Hashable, Sendable {
  case createStudy(name: String)
  /// Its id is the number of trials there are, over all studies.
  case createTrial(study: Int)
  case setParameter(trial: Int, name: String, Trial.Parameter)
  case setState(trial: Int, Trial.State, value: Double? = nil)
  case report(trial: Int, step: Int, value: Double)
  case note(trial: Int, name: String, JournalValue)

  /// The line, without its end.
  ///
  /// - Parameter time: local, without a zone: what both Optuna 4 and 5 take for local time.
  package func line(worker: String, time: String = LocalTime.now) -> String {
    let (code, members): (Int, KeyValuePairs<String, JournalValue>) =
      switch self {
      case .createStudy(let name):
        (0, ["study_name": .text(name), "directions": .array([.integer(1)])])
      case .createTrial(let study):
        (4, ["study_id": .integer(study), "datetime_start": .text(time)])
      case .setParameter(let trial, let name, let parameter):
        (
          5,
          [
            "trial_id": .integer(trial), "param_name": .text(name),
            "param_value_internal": Self.number(parameter),
            "distribution": .text(parameter.distribution.json),
          ]
        )
      case .setState(let trial, let state, let value):
        (
          6,
          [
            "trial_id": .integer(trial), "state": .integer(state.rawValue),
            "values": value.map { .array([.number($0)]) } ?? .null,
            state.isFinished ? "datetime_complete" : "datetime_start": .text(time),
          ]
        )
      case .report(let trial, let step, let value):
        (
          7,
          [
            "trial_id": .integer(trial), "step": .integer(step),
            "intermediate_value": .number(value),
          ]
        )
      case .note(let trial, let name, let value):
        (
          8,
          [
            "trial_id": .integer(trial),
            "user_attr": .object([JournalValue.Member(name: name, value: value)]),
          ]
        )
      }
    let front: KeyValuePairs<String, JournalValue> = [
      "op_code": .integer(code), "worker_id": .text(worker),
    ]
    return JournalValue.object(
      (Array(front) + Array(members)).map { .init(name: $0.key, value: $0.value) }
    ).line()
  }

  private static func number(_ parameter: Trial.Parameter) -> JournalValue {
    if case .choice = parameter.distribution { return .integer(Int(parameter.number)) }
    return .number(parameter.number)
  }
}

/// The time of day here, as `2026-12-01T09:30:00.123456`.
package enum LocalTime {
  package static var now: String {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    var parts = tm()
    localtime_r(&time.tv_sec, &parts)
    func digits(_ number: Int32, _ count: Int = 2) -> String { String(number).padded(to: count) }
    return "\(digits(parts.tm_year + 1900, 4))-\(digits(parts.tm_mon + 1))-\(digits(parts.tm_mday))"
      + "T\(digits(parts.tm_hour)):\(digits(parts.tm_min)):\(digits(parts.tm_sec))"
      + "." + String(time.tv_nsec / 1000).padded(to: 6)
  }
}
