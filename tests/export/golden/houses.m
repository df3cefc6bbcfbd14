function [label, probabilities] = houses(T)
%HOUSES houses.m: a neural network exported by clearprop VERSION. This file is yours.
%
%   5 inputs -> 2 tanh -> 3 elu -> 3 softmax; 33 parameters, float64.
%   Largest difference from the model: SMALL on 200 rows (computed in NumPy with the file's numbers, in float64).
%
%   Columns:
%     built: a number, 1980 to 2020 in training
%     area (m²): a number, 30 to 200 in training; NaN if missing
%     city: one of Oslo, 北京
%
%   Answer: kind, one of flat, house, hut; the probability of each.
%
%   T is a table, or a struct with a column vector (text: a cell array) a column.
%   The answer has a row for each row of T. A value that cannot be used is an error.

% ===== NEURAL NETWORK CONSTANTS =====

% Layer 1
b1 = [-40.1; 60.2];
IW1_1 = [0.02 -0.005 -0.25 0.0 0.25;
  -0.03 -0.00375 -0.125 0.125 0.375];

% Layer 2
b2 = [-0.125; 0.0; 0.125];
LW2_1 = [0.75 -0.5;
  -0.75 -0.375;
  -0.625 -0.25];

% Layer 3
b3 = [-0.25; -0.125; 0.0];
LW3_2 = [0.25 0.625 -0.625;
  0.375 0.75 -0.5;
  0.5 -0.75 -0.375];

% ===== SIMULATION =====

x = [number_(column_(T, 'built', 'built'), 'built', [], false); ...
  number_(column_(T, 'area (m²)', 'area_m2'), 'area (m²)', 80.5, true); ...
  category_(column_(T, 'city', 'city'), 'city', {'Oslo', '北京'})];
Q = size(x, 2); % samples
a1 = tanh_apply(repmat(b1, 1, Q) + IW1_1*x);
a2 = elu_apply(repmat(b2, 1, Q) + LW2_1*a1);
a3 = softmax_apply(repmat(b3, 1, Q) + LW3_2*a2);
classes = {'flat', 'house', 'hut'};
probabilities = a3';
[~, k] = max(probabilities, [], 2);
label = reshape(classes(k), [], 1);
end

% ===== MODULE FUNCTIONS =====

function v = column_(T, name, field)
  % The values of a column, by its own name or by that of a struct's field.
  if isstruct(T) && ~isfield(T, name)
    name = field;
  end
  v = T.(name);
end

function x = number_(v, name, fill, says_missing)
  % A column of numbers as features; fill stands for NaN, and a second feature may say so.
  x = double(v(:))';
  missing = isnan(x);
  if ~isempty(fill)
    x(missing) = fill;
  end
  wrong = find(~isfinite(x), 1);
  if ~isempty(wrong)
    error('clearprop:column', 'column %s, row %d: no finite number', name, wrong);
  end
  if says_missing
    x = [x; double(missing)];
  end
end

function x = category_(v, name, known)
  % A column of texts as features that are 1 for one category and 0 for others.
  if isa(v, 'string')
    v(ismissing(v)) = '';
  end
  v = strtrim(cellstr(v));
  [is_known, place] = ismember(v(:), known);
  wrong = find(~is_known, 1);
  if ~isempty(wrong)
    error('clearprop:column', 'column %s, row %d (=%s): no known text', name, wrong, v{wrong});
  end
  x = zeros(numel(known), numel(v));
  x(sub2ind(size(x), place(:)', 1:numel(v))) = 1;
end

function a = tanh_apply(z)
  a = tanh(z);
end

function a = elu_apply(z)
  a = choose_(z > 0.0, z, expm1(min(z, 0.0)));
end

function a = softmax_apply(n)
  % Shares that add up to 1; the largest n is taken off first, so nothing overflows.
  e = exp(bsxfun(@minus, n, max(n, [], 1)));
  a = bsxfun(@rdivide, e, sum(e, 1));
end

function r = choose_(test, a, b)
  % a where the test holds, else b.
  r = zeros(size(test)) + b;
  a = zeros(size(test)) + a;
  r(test) = a(test);
end

% clearprop: {"encoding": [{"kind": "numeric", "name": "built"}, {"kind": "numeric", "name": "area (m\u00b2)", "fill": 80.5, "says_missing": true}, {"kind": "categorical", "name": "city", "categories": ["Oslo", "\u5317\u4eac"]}], "target": {"task": "classification", "names": ["kind"], "classes": ["flat", "house", "hut"]}, "loss": "categorical_cross_entropy", "reduction": "mean", "activations": ["tanh", "elu", "softmax"], "statistics": {"rows": 100, "inputs": {"mean": [2000.0, 80.5, 0.1, 0.5, 0.5], "spread": [10.0, 20.0, 0.3, 0.5, 0.5], "low": [1980.0, 30.0, 0.0, 0.0, 0.0], "high": [2020.0, 200.0, 1.0, 1.0, 1.0]}, "targets": {"mean": [0.3, 0.3, 0.3], "spread": [0.5, 0.5, 0.5], "low": [0.0, 0.0, 0.0], "high": [1.0, 1.0, 1.0]}}}
