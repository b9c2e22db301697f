"""Linear layers with bfloat16 products: the same function and gradients up to bfloat16's eight bits."""

import copy

import torch
from torch import nn

from dcs.bfloat16 import multiply_in_bfloat16


def test_products_and_gradients_agree_with_float32() -> None:
    torch.manual_seed(0)
    exact = nn.Sequential(nn.Linear(24, 40), nn.SiLU(), nn.Linear(40, 8, bias=False))
    fast = copy.deepcopy(exact)
    multiply_in_bfloat16(fast)
    assert list(fast.state_dict()) == list(exact.state_dict())
    x = torch.randn(5, 7, 24, requires_grad=True)
    y = x.detach().clone().requires_grad_()
    out, wanted = fast(x), exact(y)
    assert out.dtype == torch.float32 and not torch.equal(out, wanted)
    out.square().mean().backward()
    wanted.square().mean().backward()
    pairs = [(out, wanted), (x.grad, y.grad)]
    pairs += [(p.grad, q.grad) for p, q in zip(fast.parameters(), exact.parameters(), strict=True)]
    for got, want in pairs:
        assert got is not None and want is not None
        assert (got - want).norm() < 0.02 * want.norm()


def test_no_gradient_where_none_is_needed() -> None:
    layer = nn.Linear(8, 8)
    multiply_in_bfloat16(layer)
    layer.weight.requires_grad_(False)
    x = torch.randn(3, 8, requires_grad=True)
    layer(x).sum().backward()
    assert layer.weight.grad is None and x.grad is not None
