/// The gradients of a dense layer's weights and biases:
///
///     dW = dᵀ·[x₁ x₂],   db = Σ d over the rows,   d = dy ∘ f′(saved)
struct WeightGradient {
  /// x, one or two side by side.
  let inputs: [Slice]
  /// dy or, where `saved` is nil, d itself.
  let dy: Slice
  /// What f′ is computed from.
  let saved: Value?
  let activation: Activation
  let dw, db: ReversePass.Contribution?
  let precision: ProductPrecision

  var reads: [Value] { inputs.map(\.value) + [dy.value] + (saved.map { [$0] } ?? []) }
  var results: [ReversePass.Contribution] { [dw, db].compactMap { $0 } }
}
