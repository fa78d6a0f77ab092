#!/bin/sh
# Checks and times what `make bundle` made on the machine it was copied to, and keeps the results:
#
#   bench/gpu.sh [DRIVER]     DRIVER: the OpenCL library of a driver that no .icd file names
#
# Every part has a time limit, and files of its own for its results, its messages and its exit code:
# what fails or hangs costs nothing but itself. The most important parts come first, and none begins
# after the last minute. All files are packed into one, of less than 16 MiB. Variables:
#
#   DEVICE=0        the OpenCL device         OUT=FOLDER    for the results
#   MINUTES=25      of the whole              SECONDS_EACH=1  measured for each configuration
#   PYTHON=python3  with PyTorch, if it has   CONFIGS="…"   instead of all
#   BATCHES="…"     of the sweeps             ROWS=1000000, EPOCHS=200 of the long training
#   LIMITS=100      percent of the time limits of the parts, to rehearse on a CPU (IMPLODE_LAUNCHES=gpu)
set -u
here=$(cd "$(dirname "$0")/.." && pwd)
implode=${IMPLODE:-$here/dist/implode/bin/implode}
[ -x "$implode" ] || { echo "error: no $implode" >&2; echo "hint: make bundle" >&2; exit 66; }
device=${DEVICE:-0} minutes=${MINUTES:-25} seconds=${SECONDS_EACH:-1} python=${PYTHON:-python3}
batches=${BATCHES:-256 1024 4096 16384 65536} rows=${ROWS:-1000000} epochs=${EPOCHS:-200}
configs=${CONFIGS:-}
out=${OUT:-$here/bench/results/$(date +%Y-%m-%d)-gpu}
work=${GPU_WORK:-}

facts() {
  date -u
  "$implode" --version
  uname -a
  lscpu
  free -g
  for tool in nvidia-smi rocm-smi rocminfo clinfo; do
    command -v "$tool" >/dev/null 2>&1 && echo "== $tool" && "$tool"
  done
  command -v nvidia-smi >/dev/null 2>&1 && nvidia-smi -q -d CLOCK,POWER,PERFORMANCE,MEMORY
  echo "== libraries"
  ls /etc/OpenCL/vendors 2>&1
  echo "driver: ${OCL_ICD_VENDORS:-of the .icd files}"
  "$implode" devices --json
}
long() {
  "$implode" simulate --family random --rows "$rows" --seed 1 --out "$work/data.npz" --backend cpu || return
  "$implode" train cvae-energy --data "$work/data.npz" --backend opencl --device "$device" \
    --out "$work/run" "training.epochs=$epochs" training.patience=0
  code=$?
  mkdir "$out/run"
  cp "$work/run/run.json" "$work/run/metrics.csv" "$out/run/"
  return "$code"
}
# As commands that can be timed: this script calls itself for them.
case ${GPU_PART:-} in facts | long) "$GPU_PART" && exit ;; esac
[ -z "${GPU_PART:-}" ] || exit 1

rm -rf "$out"
mkdir -p "$out" || exit 73

driver=${1:-}
if [ -z "$driver" ] && ! ls /etc/OpenCL/vendors/*.icd >/dev/null 2>&1; then
  for folder in /usr/lib/x86_64-linux-gnu /usr/lib64 /usr/local/nvidia/lib64 /usr/local/cuda/lib64; do
    for name in libnvidia-opencl.so.1 libamdocl64.so; do
      [ -z "$driver" ] && [ -e "$folder/$name" ] && driver=$folder/$name
    done
  done
fi
[ -z "$driver" ] || export OCL_ICD_VENDORS="$driver"

# Kernels as they come, and those that win here, each with a cache of its own.
work=$(mktemp -d)
export GPU_WORK="$work" OUT="$out"
trap 'rm -rf "$work"' EXIT
plain=$work/plain tuned=$work/tuned
export IMPLODE_CACHE="$plain"

end=$(($(date +%s) + 60 * minutes))
number=0
printf 'part\texit code\tseconds\n' >"$out/parts.tsv"

# part NAME LIMIT COMMAND…: results in NN-NAME.txt, messages in NN-NAME.err.
part() {
  name=$1 limit=$(($2 * ${LIMITS:-100} / 100))
  shift 2
  number=$((number + 1))
  stem=$out/$(printf %02d "$number")-$name
  start=$(date +%s)
  left=$((end - start))
  if [ "$left" -lt 60 ] && [ "$minutes" -ge 2 ]; then
    code=skipped
  else
    [ "$limit" -le "$left" ] || limit=$left
    timeout -k 10 "$limit" "$@" >"$stem.txt" 2>"$stem.err" </dev/null
    code=$?
    # A driver that complains without end is not to fill the disk, nor the results.
    for file in "$stem.txt" "$stem.err"; do truncate -s '<1M' "$file"; done
    [ -s "$stem.err" ] || rm -f "$stem.err"
  fi
  spent=$(($(date +%s) - start))
  printf '%s\t%s\t%s\n' "$name" "$code" "$spent" | tee -a "$out/parts.tsv"
}

bench() { # NAME LIMIT ARGUMENTS…
  name=$1 limit=$2
  shift 2
  part "$name" "$limit" "$implode" bench --backend opencl --device "$device" --json "$@"
}

self() { # NAME LIMIT
  part "$1" "$2" env "GPU_PART=$1" "$0"
}

self facts 60
part check 300 "$implode" devices --check --device "$device"
bench latency 60 --latency
# shellcheck disable=SC2086
bench steps-plain 240 --seconds "$seconds" --tune-seconds 0 $configs
export IMPLODE_CACHE="$tuned"
# shellcheck disable=SC2086
part tune 300 "$implode" tune-kernels --device "$device" --seconds "${TUNE_SECONDS:-120}" $configs
cat "$tuned"/opencl/tuning-*.txt >"$out/tuning.txt" 2>/dev/null
# shellcheck disable=SC2086
bench steps-tuned 240 --seconds "$seconds" $configs
# Both in one process after the other, round by round: eager, compiled, and as a CUDA graph, each in
# fp32 and in TF32.
if "$python" -c 'import torch; assert torch.cuda.is_available()' 2>/dev/null; then
  for network in cvae-energy cinn-proposal cvae-wide cvae-proposal; do
    part "pytorch-$network" 240 "$python" "$here/bench/training.py" "$implode" \
      --backend opencl --rounds 3 --seconds "$seconds" --only "$network" \
      --json "$out/pytorch-$network.json"
  done
else
  echo "no PyTorch with a GPU: PYTHON=/path/to/python names one" | tee "$out/no-pytorch.txt"
fi
for precision in tf32 bf16 3xtf32; do
  for batch in 256 4096; do
    bench "tensor-$precision-$batch" 90 --seconds "$seconds" --batch "$batch" cvae-wide \
      "precision=$precision"
  done
done
self long 420
for batch in $batches; do
  export IMPLODE_CACHE="$plain"
  # shellcheck disable=SC2086
  bench "sweep-plain-$batch" 150 --seconds "$seconds" --tune-seconds 0 \
    --batch "$batch" $configs
  export IMPLODE_CACHE="$tuned"
  # shellcheck disable=SC2086
  bench "sweep-tuned-$batch" 200 --seconds "$seconds" --tune-seconds 20 --batch "$batch" $configs
done
bench explosions 90 --explosions --seconds "$seconds"
part explosions-cpu 60 "$implode" bench --explosions --backend cpu --json --seconds "$seconds"

tar -czf "$out.tar.gz" -C "$(dirname "$out")" "$(basename "$out")"
size=$(wc -c <"$out.tar.gz")
if [ "$size" -ge 16777216 ]; then
  # Whatever made it so large is not what was asked for.
  find "$out" -size +512k -exec truncate -s 512k {} +
  tar -czf "$out.tar.gz" -C "$(dirname "$out")" "$(basename "$out")"
fi
echo "$out.tar.gz: $(wc -c <"$out.tar.gz") bytes"
