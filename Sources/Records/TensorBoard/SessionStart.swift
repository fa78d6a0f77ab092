/// The hyperparameters of a run for TensorBoard's HPARAMS table.
struct SessionStart: Hashable, Sendable {
  let parameters: [String: Hyperparameter]
  let group: String
  let time: Double

  /// The summary value with the message `HParamsPluginData`.
  var message: Message {
    var session = Message()
    // Sorted, so that equal runs give equal files; a dictionary has no fixed order.
    for (name, value) in parameters.sorted(by: { $0.key < $1.key }) {
      var entry = Message()
      entry.add(1, name)
      entry.add(2, value.message)
      session.add(1, entry)
    }
    session.add(4, group)
    session.add(5, time)
    var content = Message()
    // Field 1, the version, is 0 and therefore omitted.
    content.add(3, session)
    var plugin = Message()
    plugin.add(1, "hparams")
    plugin.add(2, content)
    var metadata = Message()
    metadata.add(1, plugin)
    var value = Message()
    value.add(1, "_hparams_/session_start_info")
    value.add(9, metadata)
    return value
  }
}

/// The value of a hyperparameter.
package enum Hyperparameter: Hashable, Sendable {
  case number(Double)
  case text(String)
  case truth(Bool)

  fileprivate var message: Message {
    var message = Message()
    switch self {
    case .number(let number): message.add(2, number)
    case .text(let text): message.add(3, text)
    case .truth(let truth): message.add(4, Int64(truth ? 1 : 0))
    }
    return message
  }
}
