/// One OpenCL C file, embedded in the binary.
package struct KernelSource: Sendable {
  package let fileName: String
  package let text: String

  private init(_ stem: String, _ bytes: [UInt8]) {
    fileName = stem + ".cl"
    text = String(decoding: bytes, as: UTF8.self)
  }

  /// The kernels that every graph may use, in compilation order.
  package static let common = [
    KernelSource("prelude", PackageResources.prelude_cl),
    KernelSource("lanes", PackageResources.lanes_cl),
    KernelSource("activation", PackageResources.activation_cl),
    KernelSource("precision", PackageResources.precision_cl),
    KernelSource("tile", PackageResources.tile_cl),
    KernelSource("dense", PackageResources.dense_cl),
    KernelSource("weight_gradient", PackageResources.weight_gradient_cl),
    KernelSource("tensor", PackageResources.tensor_cl),
    KernelSource("dense_warps", PackageResources.dense_warps_cl),
    KernelSource("objective_sum", PackageResources.objective_sum_cl),
    KernelSource("clock", PackageResources.clock_cl),
    KernelSource("optimizer", PackageResources.optimizer_cl),
    KernelSource("moving_average", PackageResources.moving_average_cl),
  ]

  /// What comes before the kernels that are written for one graph: the operations of chains.
  package static let chains =
    common.filter { ["prelude.cl", "lanes.cl", "activation.cl"].contains($0.fileName) } + [
      KernelSource("chain", PackageResources.chain_cl),
      KernelSource("normal", PackageResources.normal_cl),
      KernelSource("noise", PackageResources.noise_cl),
      KernelSource("dense_chain", PackageResources.dense_chain_cl),
      KernelSource("fill", PackageResources.fill_cl),
      KernelSource("add", PackageResources.add_cl),
      KernelSource("scale", PackageResources.scale_cl),
      KernelSource("error_loss", PackageResources.error_loss_cl),
      KernelSource("energy_loss", PackageResources.energy_loss_cl),
      KernelSource("normal_likelihood", PackageResources.normal_likelihood_cl),
      KernelSource("mixture", PackageResources.mixture_cl),
      KernelSource("reparameterize", PackageResources.reparameterize_cl),
      KernelSource("transforms", PackageResources.transforms_cl),
      KernelSource("coupling", PackageResources.coupling_cl),
      KernelSource("permute_columns", PackageResources.permute_columns_cl),
      KernelSource("gather", PackageResources.gather_cl),
      KernelSource("jitter", PackageResources.jitter_cl),
    ]

  /// Every file of both.
  package static let all =
    common + chains.filter { file in !common.contains { $0.fileName == file.fileName } }

  /// What is tried alone, before a device is trusted to compute by warps.
  package static let tensorProbe =
    common.filter { ["prelude.cl", "precision.cl", "tensor.cl"].contains($0.fileName) }
    + [KernelSource("tensor_probe", PackageResources.tensor_probe_cl)]

  /// Explosions, which are programs of their own for each kind of molecule: their motion, and with
  /// derivatives.
  package static let explosion = [KernelSource("explosion", PackageResources.explosion_cl)]
  package static let explosionWithTangents =
    explosion + [
      KernelSource("explosion_tangents", PackageResources.explosion_tangents_cl),
      KernelSource("explosion_newton", PackageResources.explosion_newton_cl),
    ]

  /// What kernels of matrix products need, which are compiled again for other tiles: see tile.cl.
  package static let ofProducts = common.filter {
    [
      "prelude.cl", "lanes.cl", "activation.cl", "precision.cl", "tile.cl", "dense.cl",
      "weight_gradient.cl",
    ].contains($0.fileName)
  }
}
