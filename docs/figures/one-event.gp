# Draws what one-event.py has computed, which runs this.
set terminal pngcairo size 1640,380 font 'sans,14' noenhanced
set output output
set encoding utf8
array color[4] = [0x0072b2, 0xd55e00, 0x009e73, 0xb8578d]
set multiplot

# The geometries, each with the samples that are nearest to it.
unset border; unset tics; unset key
set size ratio -1
set xrange [-4.1:4.1]; set yrange [-3.8:4.6]
set bmargin at screen 0.02; set tmargin at screen 0.86
do for [k=0:3] {
  set lmargin at screen 0.002 + 0.177*k; set rmargin at screen 0.172 + 0.177*k
  set title system('cat title'.k.'.dat') font 'sans-Bold,15'
  if (k == 0) {
    set arrow 1 from -3.8,-3.5 to -1.8,-3.5 nohead lw 2
    set label 1 '2 bohr' at -2.8,-3.1 center
  } else {
    unset arrow 1; unset label 1
  }
  plot for [a=0:2] 'samples'.k.'.dat' using 2*a+1:2*a+2 with points pt 7 ps 0.45 \
         lc rgb 0x90000000 + color[k+1], \
       'geometry'.k.'.dat' using 1:2 with lines lw 1.5 lc rgb 'black', \
       'geometry'.k.'.dat' using ($1*(1 + 0.55/sqrt($1**2 + $2**2))):($2*(1 + 0.55/sqrt($1**2 + $2**2))):3 with labels font 'sans-Bold,14'
}
unset arrow 1; unset label 1

# The same as bond lengths.
set border 3; set xtics 1 nomirror out; set ytics 1 nomirror out
set size noratio
set lmargin at screen 0.755; set rmargin at screen 0.985
set bmargin at screen 0.2; set tmargin at screen 0.86
set title 'all samples' font 'sans-Bold,15'
set xlabel 'C–O (bohr)'; set ylabel 'C–S (bohr)'
set autoscale; set offsets graph 0.06, graph 0.06, graph 0.06, graph 0.06
plot for [k=0:3] 'bonds'.k.'.dat' using 1:2 with points pt 7 ps 0.45 \
       lc rgb 0x90000000 + color[k+1], \
     'exact.dat' using 1:2 with points pt 1 ps 1.6 lw 2 lc rgb 'black'
unset multiplot
