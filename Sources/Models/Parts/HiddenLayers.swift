import Configuration
package import Engine

/// The hidden layers of an encoder and a decoder, and their activation.
package struct HiddenLayers: Hashable, Sendable {
  var encoder = [128, 128]
  var decoder = [128, 128]
  /// Where not 0: the encoder has widths hidden·2ⁱ, i from 0 to layers − 1, and the decoder the
  /// same in the opposite order.
  var hidden = 0
  var layers = 3
  package var activation = Activation.elu

  package var encoderWidths: [Int] { geometric ?? encoder }
  package var decoderWidths: [Int] { geometric?.reversed() ?? decoder }

  private var geometric: [Int]? {
    hidden > 0 ? (0..<layers).map { hidden << $0 } : nil
  }

  static let keys =
    [
      Key(
        "model.encoder", \.encoder, check: Limit.widths,
        "widths of the hidden layers of the encoder")
    ]
    + decoderKeys

  /// For families without an encoder.
  static let decoderKeys: [Key<HiddenLayers>] = [
    Key(
      "model.decoder", \.decoder, check: Limit.widths, "widths of the hidden layers of the decoder"),
    Key(
      "model.hidden", \.hidden, check: Limit.within(0...65_536),
      "if not 0: widths hidden, 2·hidden, 4·hidden … in the encoder, reversed in the decoder"),
    Key(
      "model.layers", \.layers, check: Limit.within(1...16),
      "number of hidden layers that model.hidden makes"),
    Key("model.activation", \.activation, "activation of hidden layers"),
  ].ruled("model.layers") {
    $0.hidden == 0 || $0.hidden << $0.layers <= 1 << 20
      ? nil : "makes layers of more than a million units from model.hidden"
  }

  func encode(_ inputs: [Slice], width: Int, in trace: inout ModelTrace) -> Value {
    trace.network(
      inputs, hidden: encoderWidths, width: width, name: "encoder", activation: activation)
  }

  func decode(
    _ inputs: [Slice], width: Int, name: String = "decoder", in trace: inout ModelTrace
  ) -> Value {
    trace.network(
      inputs, hidden: decoderWidths, width: width, name: name, activation: activation)
  }
}

extension Limit {
  static let widths: @Sendable ([Int]) -> String? = {
    $0.allSatisfy { (1...65_536).contains($0) } ? nil : "must be widths from 1 to 65536"
  }
}

extension Activation: ConfigurationChoice {
  package var choiceName: String { "\(self)" }
}
