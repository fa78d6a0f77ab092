# Draws what momentum-shapes.py has computed, which runs this.
set terminal pngcairo size 1560,800 font 'sans,15' noenhanced
set output output
set encoding utf8

# The curves that bound the regions, one table for each pair of ions.
set contour base; set cntrparam levels discrete 0; unset surface; unset key
do for [panel in '0 1'] {
  set table 'curves'.panel.'.dat'
  splot for [pair=0:5] 'regions'.panel.'.dat' index pair using 1:2:3
  unset table
}
unset contour; set surface

unset border; unset tics; unset key
set palette maxcolors 5 defined (0 '#ffffff', 1 '#e4eef6', 2 '#b9d5ea', 3 '#7fb2d9', 4 '#3f86bf')
set cbrange [-0.5:4.5]
set cbtics ('0' 0, '1' 1, '2' 2, '3' 3, '4' 4) scale 0
set cblabel 'geometries' offset 0.5,0
set parametric; set trange [0:2*pi]; set samples 400
set multiplot

lines = 'lines lw 2 lc rgb "#d55e00"'
sign = 'labels font "sans-Bold,19"'
unset colorbox
set lmargin at screen 0.01; set rmargin at screen 0.48
set bmargin at screen 0.04; set tmargin at screen 0.9563
set xrange [-1.2:1.2]; set yrange [-1.2:1.2]
set object 1 rectangle from -0.32,-0.36 to 0.36,0.32 fs empty border rgb '#555555' dt 2 front
plot 'counts0.dat' using 1:2:3 with image, \
     cos(t), sin(t) with lines lw 2.5 lc rgb 'black', \
     'curves0.dat' using 1:($1**2 + $2**2 < 1.002 ? $2 : NaN) with @lines, \
     'bent.dat' using 1:2 with lines lw 2 lc rgb 'black', \
     'bent.dat' using 1:(int($3) % 20 == 0 ? $2 : NaN) with points pt 7 ps 0.9 lc rgb 'black', \
     'bent.dat' using 1:($3 == 180 ? $2 : NaN):(sprintf('%d°', $3)) with labels offset -2.6,0, \
     'rest.dat' using 1:2 with points pt 7 ps 1.5 lc rgb '#d55e00', \
     'rest.dat' using (1.12*$1):(1.12*$2 + ($2 > 0.5 ? 0.03 : 0)):(strcol(3).' at'."\n".'rest') with labels, \
     'signed0.dat' using 1:2:3 with @sign

unset object 1
set colorbox user origin screen 0.945,0.3 size screen 0.014,0.4 noborder
set lmargin at screen 0.49; set rmargin at screen 0.93
set bmargin at screen 0.07; set tmargin at screen 0.928
set border 15 lc rgb '#555555' dt 2
set xrange [-0.32:0.36]; set yrange [-0.36:0.32]
plot 'counts1.dat' using 1:2:3 with image, \
     'curves1.dat' using 1:2 with @lines, \
     'bent.dat' using 1:2 with lines lw 2 lc rgb 'black', \
     'bent.dat' using 1:(int($3) % 20 == 0 ? $2 : NaN) with points pt 7 ps 0.9 lc rgb 'black', \
     'bent.dat' using 1:($3 == 160 || $3 == 140 || $3 == 120 ? $2 : NaN):(sprintf('%d°', $3)) \
       with labels offset 2.8,-0.3, \
     'bent.dat' using 1:($3 == 60 ? $2 : NaN):(sprintf('%d°', $3)) with labels offset -1.5,0.6, \
     'signed1.dat' using 1:2:3 with @sign
unset multiplot
